/** The other questions of a plan: what kind, the prescription's words, dates, reminder, name and note, a further part. */
import { t } from "../../core.js";
import { html } from "../../ui.js";
import { Field, RadioRows, TextArea } from "../../forms.js";
import { checkRhythm, checkTimes, Days, Every, Times } from "./ask-rhythm.js";
import { endOf, KINDS, meetsADay, WORDINGS } from "./plan-data.js";
import { sayRemind } from "./plan-words.js";

const ANSWERS = ["yes", "no", "unknown"];
const LABELS = ["starting", "stable", "reducing", "detox"];
const MINUTES = [null, 0, 15, 30, 60];
const DAY = { type: "date", narrow: true, min: "2000-01-01", max: "2100-12-31" };

/** What kind of plan. */
export const Kind = ({ plan, errors, change }) => html`<${RadioRows} id="kind" hideLegend legend=${t("ask.kind")} error=${errors.kind}
    value=${plan.kind}
  onInput=${(kind) => change({ kind })} options=${Object.keys(KINDS).map((value) => ({ value, label: t(`kind.${value}`), hint: t(`kind.${value}-hint`) }))} />`;

/** The five wordings: yes, no or not known. */
export const Wordings = ({ plan, change }) => WORDINGS.map((name) => html`<fieldset key=${name} class="rows"><legend>${t(`wording.${name}`)}</legend>
  <div class="thirds">${ANSWERS.map((answer) => html`<label key=${answer} class="choice"><input type="radio" name=${name}
      checked=${plan.wordings[name] === answer}
    onChange=${() => change({ wordings: { ...plan.wordings, [name]: answer } })} /><span>${t(`wording.${answer}`)}</span></label>`)}</div></fieldset>`);

/** First and last day. */
export const Dates = ({ plan, errors, change }) => html`
  <${Field} id="starts_on" ...${DAY} label=${t("ask.start-day")} error=${errors.starts_on} value=${plan.starts_on}
      onInput=${(day) => change({ starts_on: day })} />
  <${Field} id="ends_on" ...${DAY} label=${t(KINDS[plan.kind].pharmacy ? "ask.end-prescription" : "ask.end")} hint=${t("ask.end-hint")} error=${errors.ends_on} value=${plan.ends_on}
      onInput=${(day) => change({ ends_on: day || null })} />`;

/** What is wrong with the dates of a plan and its parts. */
export function checkDates(plan) {
  const { starts_on: from, ends_on: to, phases } = plan;
  const starts = [from, ...phases.slice(1).map((part) => part.starts_on)];
  if (!from) return { starts_on: t("ask.start-wrong") };
  if (to && to < from) return { ends_on: t("ask.end-before") };
  if (starts.some((day, i) => i > 0 && day <= starts[i - 1])) return { starts_on: t("ask.part-order") };
  if (to && starts[starts.length - 1] > to) return { ends_on: t("ask.end-part") };
  return { ends_on: !phases.every((part, i) => meetsADay({ ...part, starts_on: starts[i] }, endOf(plan, i))) && t("ask.days-never") };
}

/** When to remind. */
export function Remind({ plan, change }) {
  if (!plan.phases.some((part) => part.times.length)) return html`<p>${t("ask.remind-no-time")}</p>`;
  const minutes = MINUTES.includes(plan.remind_minutes_before) ? MINUTES : [...MINUTES, plan.remind_minutes_before];
  return html`<${RadioRows} id="remind" hideLegend legend=${t("ask.remind")} hint=${t("ask.remind-hint")} value=${plan.remind_minutes_before}
    onInput=${(value) => change({ remind_minutes_before: value })} options=${minutes.map((value) => ({ value, label: sayRemind(value) }))} />`;
}

/** The person's own name for it, and a note. */
export const Name = ({ plan, errors, change }) => html`
  <${Field} id="title" label=${t("ask.name-title")} hint=${t("ask.name-hint")} error=${errors.title} value=${plan.title} maxlength="80"
      autocomplete="off" onInput=${(title) => change({ title })} />
  <${TextArea} id="note" label=${t("ask.name-note")} value=${plan.note} onInput=${(note) => change({ note })} maxlength="2000" />`;

/** Everything about one part on one page. */
export function Part({ plan, at, errors, changePart }) {
  const part = plan.phases[at];
  return html`${at > 0 && html`<${Field} id="part_start" ...${DAY} label=${t("ask.part-start")} error=${errors.part_start} value=${part.starts_on}
      onInput=${(day) => changePart({ starts_on: day })} />`}
    ${KINDS[plan.kind].rhythm === "days" ? html`<${Days} plan=${plan} part=${part} error=${errors.weekdays} change=${changePart} />`
      : html`<${Every} part=${part} errors=${errors} change=${changePart} />`}
    <${Times} part=${part} errors=${errors} change=${changePart} />
    <${RadioRows} id="label" legend=${t("ask.part-label")} value=${part.label} onInput=${(label) => changePart({ label })}
      options=${[null, ...LABELS].map((value) => ({ value, label: value ? t(`label.${value}`) : t("check.none") }))} />`;
}

/** What is wrong with one part. */
export function checkPart(plan, at) {
  const part = plan.phases[at];
  const before = at > 1 ? plan.phases[at - 1].starts_on : plan.starts_on;
  const after = plan.phases[at + 1] ? plan.phases[at + 1].starts_on : null;
  const late = (after && part.starts_on >= after) || (plan.ends_on && part.starts_on > plan.ends_on);
  const start = at > 0 && ((!part.starts_on && t("ask.part-start-wrong")) || (part.starts_on <= before && t("ask.part-order")) || (late && t("ask.part-late")));
  const rhythm = checkRhythm(plan, part);
  const never = at > 0 && !meetsADay(part, endOf(plan, at)) && t("ask.days-never");
  return { part_start: start, ...rhythm, ...checkTimes(part), ...(never && !rhythm.weekdays ? { weekdays: never } : {}) };
}
