/** You: sharing, this phone, this app, signing out. */
import { useState } from "../vendor/preact.js";
import { attention, flush, me, sayDay, t, waiting } from "../core.js";
import { Button, Card, html, Page, Pill, useData } from "../ui.js";
import { Sheet } from "../parts.js";

const Line = ({ href, name, text, mark }) => html`<li><div class="txt"><h3><a class="back" href=${href}>${t(`you.${name}`)}</a></h3>
  <p class="meta">${text || t(`you.${name}-text`)}</p></div>${mark}</li>`;

const Group = ({ title, children }) => html`<h2>${t(title)}</h2><ul class="card tasks">${children}</ul>`;

/** Sign out at once; with things not sent yet, ask first: they would be lost. */
function SignOut() {
  const [asked, ask] = useState(false);
  const [still, setStill] = useState(false);
  const unsent = waiting.value + attention.value.length;
  const out = async () => (await import("../sign-out.js")).signOut();
  const press = () => (unsent ? ask(true) : out());
  const sendFirst = async () => {
    setStill(false);
    await flush(true);
    if (waiting.value + attention.value.length) setStill(true);
    else await out();
  };
  return html`<div class="buttons"><${Button} onClick=${press} busyWord=${t("out.busy")}>${t("out.do")}<//></div>
    <${Sheet} open=${asked} onClose=${() => ask(false)} title=${t("out.title", { n: unsent })}>
      <p>${t("out.text", { n: unsent })}</p><p role="status">${still && t("out.still")}</p>
      <div class="buttons"><${Button} kind="danger" onClick=${out} busyWord=${t("out.busy")}>${t("out.anyway")}<//>
        <${Button} kind="main" onClick=${sendFirst} busyWord=${t("out.sending")}>${t("out.send")}<//></div><//>`;
}

export default function You() {
  const review = useData("/api/review/next-review").data;
  const stuck = attention.value.length;
  const unsent = stuck ? t("you.attention-text", { n: stuck }) : t("you.waiting-text", { n: waiting.value });
  return html`<${Page} title=${t("you.title")} lede=${me.value && t("you.hello", { name: me.value.name })}>
    ${review && review.on && html`<${Card} tone="plum"><p>${t("you.review", { when: sayDay(review.on), who: review.who })}</p><//>`}
    <${Group} title="you.group-sharing">
      <${Line} href="#/sharing" name="sharing" /><${Line} href="#/who-looked" name="looked" /><${Line} href="#/comments" name="comments" /><//>
    <${Group} title="you.group-phone">
      <${Line} href="#/turn-on" name="remind" /><${Line} href="#/devices" name="devices" /><${Line} href="#/privacy" name="privacy" />
      <${Line} href="#/waiting" name="waiting" text=${unsent} mark=${stuck > 0 && html`<span><${Pill} tone="clay">${stuck}<//></span>`} /><//>
    <${Group} title="you.group-app">
      <${Line} href="#/plan" name="plan" /><${Line} href="#/about" name="about" /><//>
    <${SignOut} />
  <//>`;
}
