/** How the app looks on this phone, and what it keeps to itself. */
import { choose, settings, t } from "../core.js";
import { Card, html, Page } from "../ui.js";
import { RadioRows } from "../forms.js";

const Choice = ({ name, values }) => html`<${RadioRows} id=${name} legend=${t(`privacy.${name}`)} value=${settings.value[name]}
  onInput=${(value) => choose({ [name]: value })} options=${values.map((value) => ({ value, label: t(`privacy.${value}`) }))} />`;

export default function Privacy() {
  const { phone } = settings.value;
  return html`<${Page} title=${t("privacy.title")} back="#/you"><div class="stack">
    <${Choice} name="theme" values=${["auto", "light", "dark"]} />
    <${Choice} name="size" values=${["normal", "large", "largest"]} />
    <${Card} title=${t("privacy.leave")}><p>${t("privacy.leave-text")}</p><p>${t("privacy.leave-list")}</p><p>${t("privacy.leave-history")}</p><//>
    <${Card} title=${t("privacy.notices")}><p>${t("privacy.notices-text")}</p><//>
    ${phone && html`<${Card} title=${t("privacy.phone")}><p>${t(`privacy.${phone}`)}</p><p class="meta">${t("privacy.phone-change")}</p><//>`}
  </div><//>`;
}
