/** The questions on which days, how often and at what time. They work on one part of a plan. */
import { sayTime, t } from "../../core.js";
import { html, Button } from "../../ui.js";
import { Chips, Field, RadioRows, Switch } from "../../forms.js";
import { sayEvery } from "./plan-words.js";
import { KINDS, LONGEST_STEP, MOST_TIMES, WEEK } from "./plan-data.js";

const WEEKS = { w1: { unit: "week", count: 1 }, w2: { unit: "week", count: 2 }, d2: { unit: "day", count: 2 } };
const QUICK = { all: WEEK, mwf: ["MO", "WE", "FR"], most: WEEK.slice(0, 6) };
const USUAL_STEPS = [null, ...[[1, "week"], [2, "week"], [4, "week"], [1, "month"], [6, "month"]].map(([count, unit]) => ({ unit, count }))];
const USUAL_TIMES = ["08:00", "09:00", "10:00", "11:00", "12:00", "14:00", "17:00", "20:00"];

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const keyOf = (every) => (every ? `${every.unit}-${every.count}` : "once");
const errorLine = (id, text) => text && html`<p class="error" id=${`${id}-error`}>${text}</p>`;

/** Days of the week, how often, and doses to take home. */
export function Days({ plan, part, error, change }) {
  const { pharmacy } = KINDS[plan.kind];
  const rare = part.every && part.every.unit === "day" && part.every.count > 1;
  const often = Object.keys(WEEKS).find((key) => same(WEEKS[key], part.every)) || null;
  const quick = Object.keys(QUICK).find((key) => QUICK[key].length === part.weekdays.length && QUICK[key].every((day) => part.weekdays.includes(day))) || null;
  return html`
    ${!rare && html`<fieldset id="weekdays" tabindex="-1" class=${error ? "stack wrong" : "stack"}
        aria-describedby=${error ? "weekdays-error" : null}>
      <legend><b>${t("ask.days-pick")}</b></legend>${errorLine("weekdays", error)}
      <${Chips} label=${t("ask.days-quick")} value=${quick} onInput=${(key) => change({ weekdays: key ? QUICK[key] : [] })}
        options=${[["all", "rhythm.daily"], ["mwf", "ask.days-mwf"], ["most", "ask.days-mo-sa"]].map(([value, word]) => ({ value, label: t(word) }))} />
      <${Chips} many label=${t("ask.days-pick")} value=${part.weekdays} onInput=${(weekdays) => change({ weekdays })}
        options=${WEEK.map((value) => ({ value, label: t(`day.${value}`) }))} /></fieldset>`}
    <fieldset class="stack"><legend><b>${t("ask.weeks")}</b></legend><${Chips} label=${t("ask.weeks")} value=${often}
      onInput=${(key) => key && change({ every: WEEKS[key], ...(key === "d2" ? { weekdays: [] } : {}) })}
      options=${Object.keys(WEEKS).map((value) => ({ value, label: sayEvery(WEEKS[value]) }))} /></fieldset>
    ${pharmacy && html`<${Switch} id="take_home" label=${t("ask.take-home")} hint=${t("ask.take-home-hint")} on=${part.take_home}
      onInput=${(on) => change({ take_home: on })} />`}`;
}

/** Once, or every so many days, weeks or months. */
export function Every({ part, errors, change, titled }) {
  const { every, chosen } = part;
  const other = chosen && every && (part.other || !USUAL_STEPS.some((step) => same(step, every)));
  const pick = (key) => change(key === "other" ? { chosen: true, other: true, every: every || { unit: "week", count: 3 } }
    : { chosen: true, other: false, weekdays: [], every: USUAL_STEPS.find((step) => keyOf(step) === key) });
  return html`<${RadioRows} id="every" hideLegend=${!titled} legend=${t("ask.every")} error=${errors.every}
      value=${!chosen ? null : other ? "other" : keyOf(every)} onInput=${pick}
      options=${[...USUAL_STEPS.map((step) => ({ value: keyOf(step), label: sayEvery(step) })), { value: "other", label: t("rhythm.other") }]} />
    ${other && html`<${Field} id="count" type="number" inputmode="numeric" min="1" narrow label=${t("ask.count")} error=${errors.count}
        value=${every.count} onInput=${(text) => change({ every: { ...every, count: text === "" ? "" : Number(text) } })} />
      <fieldset class="stack"><legend><b>${t("ask.unit")}</b></legend><${Chips} label=${t("ask.unit")} value=${every.unit}
        onInput=${(unit) => unit && change({ weekdays: [], every: { ...every, unit } })}
        options=${["day", "week", "month"].map((value) => ({ value, label: t(`unit.${value}`) }))} /></fieldset>`}
    ${chosen && every && every.unit === "week" && html`<fieldset class="stack"><legend><b>${t("ask.days-pick")}</b></legend>
      <p class="hint">${t("ask.days-if")}</p>
      <${Chips} many label=${t("ask.days-pick")} value=${part.weekdays} onInput=${(weekdays) => change({ weekdays })}
        options=${WEEK.map((value) => ({ value, label: t(`day.${value}`) }))} /></fieldset>`}`;
}

/** What is wrong with the days of a part. */
export function checkRhythm(plan, part) {
  if (KINDS[plan.kind].rhythm === "days") return { weekdays: part.every && part.every.unit === "week" && !part.weekdays.length && t("ask.days-missing") };
  if (!part.chosen) return { every: t("ask.every-missing") };
  const most = part.every ? LONGEST_STEP[part.every.unit] : 1;
  const { count } = part.every || { count: 1 };
  return { count: !(Number.isInteger(count) && count >= 1 && count <= most) && t("ask.count-missing", { most }) };
}

/** Times of day: the usual ones to tap, any other to type. */
export function Times({ part, errors, change }) {
  const options = [...new Set([...USUAL_TIMES, ...part.times])].sort();
  return html`<fieldset class=${errors.times ? "stack wrong" : "stack"} id="times" tabindex="-1" aria-describedby="times-hint"><legend
      class="hide">${t("ask.times-pick")}</legend>
      <p class="hint" id="times-hint">${t("ask.times-hint")}</p>${errorLine("times", errors.times)}
      <${Chips} many label=${t("ask.times-pick")} value=${part.times} onInput=${(times) => change({ times })}
        options=${options.map((value) => ({ value, label: sayTime(value) }))} /></fieldset>
    <div class="row"><${Field} id="typed" type="time" narrow label=${t("ask.time-other")} error=${errors.typed} value=${part.typed}
        onInput=${(typed) => change({ typed })} />
      <${Button} onClick=${() => change(withTyped(part))}>${t("ask.time-add")}<//></div>`;
}

/** The part with the typed time among its times. */
export const withTyped = (part) => ({ ...part, times: part.typed ? [...new Set([...part.times, part.typed])] : part.times, typed: "" });

/** What is wrong with the times of a part. */
export const checkTimes = (part) => ({ times: part.times.length > MOST_TIMES && t("ask.time-most") });
