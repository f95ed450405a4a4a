/** What people say is wrong, the services named most often first. */
import { sayDay, t } from "../../core.js";
import { Empty, html, Loaded, Page, useData } from "../../ui.js";
import { BASE } from "./admin.js";

const HEADS = ["adm.service", "adm.report-reason", "adm.report-times", "adm.report-last", "adm.source"];

const Table = ({ items }) => html`<div class="scroll" role="region" tabindex="0" aria-label=${t("adm.reports")}><table><caption class="hide">${t("adm.reports")}</caption>
  <thead><tr>${HEADS.map((head) => html`<th scope="col" key=${head}>${t(head)}</th>`)}</tr></thead>
  <tbody>${items.map((one) => html`<tr key=${`${one.id}${one.reason}`}><th scope="row"><a class="back" href=${`#/services/${one.id}`}>${one.name}</a></th>
    <td>${t(`adm.why.${one.reason}`)}</td><td>${one.times}</td><td>${sayDay(one.last_on, "date")}</td><td>${one.source}</td></tr>`)}</tbody></table></div>`;

export default function Reports() {
  const reports = useData(`${BASE}/reports`);
  return html`<${Page} title=${t("adm.reports")} lede=${t("adm.reports-lede")}>
    <${Loaded} of=${reports} blocks=${3}>${({ items }) => (items.length ? html`<${Table} items=${items} />`
      : html`<${Empty} title=${t("adm.reports-none")} text=${t("adm.reports-none-text")} />`)}<//><//>`;
}
