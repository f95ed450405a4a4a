/** Why something was left out: asked once, gently, with a way past it; never shared with anyone. */
import { useEffect, useState } from "../../vendor/preact.js";
import { t } from "../../core.js";
import { html, Button } from "../../ui.js";
import { Chips, TextArea } from "../../forms.js";
import { focusSoon } from "./focus.js";
import { answerReminder } from "./reminder-data.js";

const USUAL = ["unwell", "there", "closed", "forgot", "chose"];
const OWN = "own";
const MOST = 200;

function Ask({ reminder, done }) {
  const before = reminder.reason || "";
  const usual = USUAL.map((name) => t(`why.${name}`));
  const [own, write] = useState(before && !usual.includes(before) ? before : null);
  async function keep(reason) {
    if (reason !== before) await answerReminder(reminder.id, reminder.answer, reason ? { reason } : {});
    done();
  }
  const submit = (event) => {
    event.preventDefault();
    return keep(own.trim());
  };
  const pick = (one) => {
    if (one !== OWN) return keep(one || "");
    write(before);
    return focusSoon("reason");
  };
  return html`<form novalidate class="card stack" aria-labelledby="why" onSubmit=${submit}><h2 class="small" id="why" tabindex="-1">${t("why.title")}</h2>
    <p class="hint">${t("why.text")}</p>
    <${Chips} label=${t("why.title")} value=${own === null ? before : OWN} onInput=${pick}
      options=${[...usual.map((one) => ({ value: one, label: one })), { value: OWN, label: t("why.own") }]} />
    ${own !== null && html`<${TextArea} id="reason" label=${t("why.words")} rows="2" max=${MOST} maxlength=${MOST} value=${own} onInput=${write} />`}
    <div class="buttons"><${Button} onClick=${done}>${t("why.past")}<//>${own !== null && html`<${Button} kind="main" type="submit">${t("why.save")}<//>`}</div></form>`;
}

/** What was written, or the question. `asked`: the answer was given just now, so that the question stands open. */
export function Why({ reminder, asked }) {
  const [open, show] = useState(false);
  useEffect(() => show(asked && !reminder.reason), [asked]); // the answer may be on the screen before it is known to be this tap's
  if (open) return html`<${Ask} reminder=${reminder} done=${() => { show(false); focusSoon("answer"); }} />`;
  return html`<div>${reminder.reason && html`<p class="said">${t("why.said", reminder)}</p>`}<${Button} kind="plain"
      onClick=${() => { show(true); focusSoon("why"); }}>${t(reminder.reason ? "why.change" : "why.add")}<//></div>`;
}
