/** Who looked at what is shared, day by day, newest first. */
import { instant, sayDay, sayTime, t } from "../core.js";
import { Button, Card, Empty, html, Loaded, Page, useData } from "../ui.js";

const local = (at) => instant(new Date(at));

/** Looks of one day together: [[day, looks]]. */
function byDay(looks) {
  const days = new Map();
  for (const look of looks) {
    const on = local(look.at).slice(0, 10);
    days.set(on, [...(days.get(on) || []), look]);
  }
  return [...days];
}

export default function WhoLooked() {
  const looks = useData("/api/sharing/looks");
  return html`<${Page} title=${t("looks.title")} lede=${t("looks.lede")} back="#/you">
    <${Loaded} of=${looks}>${({ items }) => (items.length ? html`
      ${byDay(items).map(([on, list]) => html`<h2>${sayDay(on)}</h2><ul class="list">${list.map((look) => html`<li><${Card}>
        <p><b>${look.what}</b></p><p class="meta">${t("looks.line", { who: look.who, time: sayTime(local(look.at).slice(11)) })}</p><//></li>`)}</ul>`)}
      <div class="buttons"><${Button} href="#/sharing">${t("looks.change")}<//></div>`
      : html`<${Empty} title=${t("looks.none")} text=${t("looks.none-text")} href="#/sharing" action=${t("looks.change")} />`)}<//>
  <//>`;
}
