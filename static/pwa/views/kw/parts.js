/** What the keyworker's pages of a person share. */
import { instant, sayDay, sayTime, t } from "../../core.js";
import { Button, html, Page, Wrong } from "../../ui.js";

/** Text as the person wrote it, line by line. */
export const lines = (text) => (text || "").split("\n").filter((line) => line.trim()).map((line) => html`<p>${line}</p>`);

/** "Sat 21 Nov, 10:30 am" of an instant. */
export const sayMoment = (at) => {
  const local = instant(new Date(at));
  return `${sayDay(local, "short")}, ${sayTime(local.slice(11))}`;
};

/** What was shared and is not any more looks the same as what never was. */
export const Gone = () => html`<p>${t("person.gone")}</p>
  <div class="buttons"><${Button} kind="main" href="#/caseload">${t("person.gone-do")}<//></div>`;

/** The state of one part of a page: its own skeleton comes from `Loaded`; here only gone or wrong. */
export const Trouble = ({ of }) => (of.problem.status === 404 ? html`<${Gone} />` : html`<${Wrong} problem=${of.problem} again=${of.reload} />`);

/** A page about a person who is not there (any more). */
export const GonePage = () => html`<${Page} title=${t("person.name")} back="#/caseload"><${Gone} /><//>`;

/** The sentence for a change that was not saved. */
export const failure = ({ status, detail }) => (status === 0 ? t("person.offline") : status === 404 ? t("person.gone") : detail || t("person.failed"));
