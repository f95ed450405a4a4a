/** The sources of the directory: what waits for an admin first, then each with its age and figures. */
import { t } from "../../core.js";
import { Card, Empty, html, Loaded, Page, Pill, useData } from "../../ui.js";
import { BASE, daysSince, marks } from "./admin.js";
import { sayMoment } from "./parts.js";

function Waiting({ items }) {
  const count = (test) => items.filter(test).length;
  const reports = items.reduce((sum, one) => sum + one.reports, 0);
  const lines = [
    ["adm.sum-reports", reports, "#/reports"],
    ["adm.sum-approve", count((one) => one.approval === "waiting"), `#/sources/${(items.find((one) => one.approval === "waiting") || {}).id}`],
    ["adm.sum-trouble", count((one) => one.failure), `#/sources/${(items.find((one) => one.failure) || {}).id}`],
  ].filter(([, n]) => n > 0);
  return html`<${Card} title=${t("adm.sum")}>${lines.length
    ? html`<ul class="plain">${lines.map(([key, n, href]) => html`<li key=${key}><a class="tap" href=${href}>${t(key, { n })}</a></li>`)}</ul>`
    : html`<p>${t("adm.sum-none")}</p>`}<//>`;
}

const Source = ({ one }) => html`<li class="card"><h2 class="small"><a class="tap" href=${`#/sources/${one.id}`}>${one.name}</a></h2>
  ${marks(one).length > 0 && html`<p class="row">${marks(one).map(([tone, words]) => html`<${Pill} key=${words} tone=${tone}>${words}<//>`)}</p>`}
  <p>${t("adm.read", { when: sayMoment(one.fetched_at), age: t("adm.age", { n: daysSince(one.fetched_at) }) })} ${t("adm.shown", { n: one.services })}</p>
  <p class="meta">${[["adm.rejected", one.counts.rejected], ["adm.retired", one.retired], ["adm.hidden", one.hidden]]
    .filter(([, n]) => n > 0).map(([key, n]) => t(key, { n })).join(" ")}</p></li>`;

export default function Sources() {
  const sources = useData(`${BASE}/sources`);
  return html`<${Page} title=${t("adm.sources")} lede=${t("adm.sources-lede")}>
    <${Loaded} of=${sources} blocks=${4}>${({ items }) => (items.length
      ? html`<${Waiting} items=${items} /><ul class="cards gap">${items.map((one) => html`<${Source} key=${one.id} one=${one} />`)}</ul>`
      : html`<${Empty} title=${t("adm.sources-none")} text=${t("adm.sources-none-text")} />`)}<//>
  <//>`;
}
