/** What this app is for, word for word, and where real help is. */
import { me, t } from "../core.js";
import { Button, Card, html, Page } from "../ui.js";
import { NOT_WATCHED, PURPOSE } from "../parts.js";

export default function About() {
  return html`<${Page} title=${t("about.title")} back=${me.value ? "#/you" : "#/welcome"}><div class="stack">
    <${Card} title=${t("about.purpose")}><p>${PURPOSE}</p><//>
    <${Card} title=${t("about.shared")}><p>${NOT_WATCHED}</p><//>
    <${Card} title=${t("about.help")}><p>${t("about.help-text")}</p><div class="buttons"><${Button} kind="main" href="#/crisis">${t("about.help-link")}<//></div><//>
  </div><//>`;
}
