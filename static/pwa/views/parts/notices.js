/** Calm sentences, each with one tap to call; and the organisation's own words after missed collections, where it wants them. */
import { t } from "../../core.js";
import { html, Button, Card, useData } from "../../ui.js";
import { telOf } from "./plan-words.js";

/** Sentences of the server: [{code, text, call}]. */
export const Notices = ({ items }) => html`<ul class="stack">${items.map(({ text, call }) => html`<li key=${text} class="row"><p class="txt">${text}</p>
  ${call && html`<${Button} href=${telOf(call)}>${t("help.call", { number: call })}<//>`}</li>`)}</ul>`;

/** Where to get naloxone and whom to talk to. Nothing here says what to do about a dose. */
export const AfterAGap = () => html`<p class="taps"><a class="tap" href="#/help?topic=naloxone">${t("missed.naloxone")}</a> <a class="tap" href="#/crisis">${t("missed.talk")}</a></p>`;

/** What the organisation wants said after missed collections; nothing unless its policy turns this on. */
export function Missed() {
  const { data } = useData("/api/reminders/missed");
  if (!data || !data.on || !data.texts.length) return null;
  return html`<${Card} tone="honey" title=${t("missed.title")}><div class="stack"><${Notices} items=${data.texts} />
    ${data.safety_text && html`<p>${data.safety_text}</p>`}<${AfterAGap} /></div><//>`;
}
