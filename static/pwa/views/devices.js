/** The phones that can open this diary. A removed one is held for ten seconds, so that Undo still helps. */
import { overlay, save, sayDay, t } from "../core.js";
import { Button, Card, Empty, html, Loaded, Page, Pill, toast, useData } from "../ui.js";

const DEVICES = "/api/accounts/devices";
const HOLD_MS = 10000;

function Phone({ phone }) {
  const when = sayDay(phone.created_on, "date");
  const remove = async () => {
    const { undo } = await save("DELETE", `${DEVICES}/${phone.id}`, undefined, HOLD_MS);
    toast(t("devices.removed"), undo);
  };
  return html`<li><${Card}><div class="row"><div class="txt"><h2 class="small">${t(`devices.${phone.phone}`)}</h2>
      <p class="meta">${t("devices.since", { when })}</p>
      <p class="meta">${t("devices.seen", { when: sayDay(phone.last_seen_on, "date") })}</p></div>
    ${phone.this_device ? html`<${Pill}>${t("devices.this")}<//>`
      : html`<${Button} kind="danger" onClick=${remove} aria-label=${t("devices.remove-which", { when })}>${t("devices.remove")}<//>`}</div><//></li>`;
}

const everywhere = async () => (await import("../sign-out.js")).signOut({ everywhere: true });

export default function Devices() {
  const devices = useData(DEVICES);
  return html`<${Page} title=${t("devices.title")} lede=${t("devices.lede")} back="#/you">
    <${Loaded} of=${devices}>${(data) => {
      const phones = overlay(data.items, DEVICES);
      return html`${phones.length ? html`<ul class="list">${phones.map((phone) => html`<${Phone} key=${phone.id} phone=${phone} />`)}</ul>`
        : html`<${Empty} title=${t("devices.none")} text=${t("devices.none-text")} href="#/you" action=${t("nav.back")} />`}
        <p class="gap">${t("devices.lost")}</p>
        <div class="buttons"><${Button} onClick=${everywhere}>${t("devices.everywhere")}<//></div><p class="hint gap">${t("devices.everywhere-text")}</p>`;
    }}<//>
  <//>`;
}
