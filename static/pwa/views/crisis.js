/** Numbers for hard moments: works signed out, offline and locked. */
import { sayDay, t } from "../core.js";
import { Button, Card, html, Page, useData } from "../ui.js";
import { BUNDLED } from "../strings/en/crisis.js";

const digits = (number) => number.replace(/[^\d+]/g, "");

function Line({ item }) {
  const nation = item.nation && t(`crisis.nation.${item.nation}`);
  return html`<${Card}><div class="row"><div class="txt"><h2 class="small">${item.name}</h2><p>${item.what}</p>
      <p class="meta">${[item.hours, item.nation !== "uk" && nation].filter(Boolean).join(" · ")}</p></div>
    ${item.call && html`<${Button} kind="main" href=${item.call_link || `tel:${digits(item.call)}`}>${t("crisis.call", { number: item.call })}<//>`}
    ${item.text_to && html`<${Button} kind="main" href=${item.text_link || `sms:${digits(item.text_to)}`}>${t("crisis.text", { number: item.text_to })}<//>`}</div><//>`;
}

export default function Crisis() {
  const { data } = useData("/api/content/crisis");
  const { checked_on: checked, items } = data && data.items && data.items.length ? data : BUNDLED;
  return html`<${Page} title=${t("crisis.title")} lede=${t("crisis.lede")}>
    <div class="list">${items.map((item) => html`<${Line} key=${item.key} item=${item} />`)}</div>
    ${checked && html`<p class="meta gap">${t("crisis.checked", { when: sayDay(checked, "date") })}</p>`}<//>`;
}
