/** What this app is for, word for word, where real help is, and who made the lists that Find help searches in. */
import { me, t } from "../core.js";
import { Button, Card, html, Loaded, Page, useData } from "../ui.js";
import { NOT_WATCHED, PURPOSE } from "../parts.js";

const isWeb = (url) => /^https?:\/\//i.test(url);

/** One source: its name, whose it is, under which licence, the words it asks for, and where it is. */
const Source = ({ of }) => html`<li><p><b>${of.name}</b></p>
  <p class="meta">${[of.publisher, of.licence].filter(Boolean).join(" · ")}</p>
  ${of.attribution && html`<p class="meta">${of.attribution}</p>`}
  ${isWeb(of.url) && html`<p><a class="tap" href=${of.url} rel="noreferrer" aria-label=${t("about.source-of", { name: of.name })}>${t("about.source")}</a></p>`}</li>`;

function Sources() {
  const found = useData("/api/directory/credits");
  return html`<${Card} title=${t("about.sources")}><p>${t("about.sources-text")}</p>
    <${Loaded} of=${found} blocks=${1}>${({ items }) => html`<ul class="list gap">${items.map((one) => html`<${Source} key=${`${one.name}${one.url}`} of=${one} />`)}</ul>`}<//><//>`;
}

export default function About() {
  return html`<${Page} title=${t("about.title")} back=${me.value ? "#/you" : "#/welcome"}><div class="stack">
    <${Card} title=${t("about.purpose")}><p>${PURPOSE}</p><//>
    <${Card} title=${t("about.shared")}><p>${NOT_WATCHED}</p><//>
    <${Card} title=${t("about.help")}><p>${t("about.help-text")}</p><div class="buttons"><${Button} kind="main" href="#/crisis">${t("about.help-link")}<//></div><//>
    <${Sources} />
  </div><//>`;
}
