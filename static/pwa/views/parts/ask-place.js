/** Where a person goes: name, phone, address, opening hours, other closed days. All of it only if they want. */
import { useState } from "../../vendor/preact.js";
import { sayDay, t } from "../../core.js";
import { html, Button } from "../../ui.js";
import { Field, RadioRows, TextArea } from "../../forms.js";
import { focusSoon } from "./focus.js";
import { WEEK } from "./plan-data.js";

const DIVISIONS = ["england-and-wales", "scotland", "northern-ireland"];
const WORKING_DAYS = WEEK.slice(0, 5);

const spanOf = (hours, day) => (hours[day] && hours[day][0]) || ["", ""];

/** The hours with one end of a day's first span changed; further spans of that day stay. */
function withSpan(hours, day, at, text) {
  const [from, to] = spanOf(hours, day);
  const span = at === 0 ? [text, to] : [from, text];
  const rest = (hours[day] || []).slice(1);
  const { [day]: old, ...others } = hours;
  return span.some(Boolean) || rest.length ? { ...others, [day]: [span, ...rest] } : others;
}

function Hours({ hours, errors, change }) {
  const [open, show] = useState(Object.keys(hours).length > 0);
  if (!open) return html`<div><${Button} kind="plain" aria-expanded="false" onClick=${() => { show(true); focusSoon("MO-0"); }}>${t("ask.hours-show")}<//></div>`;
  const copy = () => change({ ...hours, ...Object.fromEntries(WORKING_DAYS.map((day) => [day, hours.MO])) });
  return html`<fieldset class="stack" aria-describedby="hours-hint"><legend><b>${t("ask.hours")}</b></legend><p class="hint"
      id="hours-hint">${t("ask.hours-hint")}</p>
    ${WEEK.map((day) => html`<div key=${day} class="row">${[0, 1].map((at) => html`<${Field} id=${`${day}-${at}`} type="time" narrow
        label=${t(at ? "ask.hours-to" : "ask.hours-from", { day: t(`short.${day}`) })} error=${at === 0 && errors[`${day}-0`]}
        value=${spanOf(hours, day)[at]} onInput=${(text) => change(withSpan(hours, day, at, text))} />`)}</div>
      ${day === "MO" && hours.MO && html`<${Button} kind="plain" onClick=${copy}>${t("ask.hours-copy")}<//>`}`)}</fieldset>`;
}

function ClosedDays({ days, typed, error, change }) {
  const add = () => typed && change({ closed_on: [...new Set([...days, typed])].sort(), typed: "" });
  return html`<fieldset class="stack"><legend><b>${t("ask.closed")}</b></legend>
    <ul>${days.map((day) => html`<li key=${day} class="row"><span class="txt">${sayDay(day, "date")}</span>
      <${Button} kind="plain" aria-label=${t("ask.closed-remove", { day: sayDay(day, "date") })}
          onClick=${() => change({ closed_on: days.filter((one) => one !== day) })}>${t("ask.closed-take-out")}<//></li>`)}</ul>
    <div class="row"><${Field} id="closed" type="date" narrow min="2000-01-01" max="2100-12-31" label=${t("ask.closed-one")}
        hint=${t("ask.closed-hint")} error=${error} value=${typed} onInput=${(text) => change({ typed: text })} />
      <${Button} onClick=${add}>${t("ask.closed-add")}<//></div></fieldset>`;
}

/** The question where. */
export function Place({ plan, errors, change }) {
  const { place } = plan;
  const set = (changes) => change({ place: { ...place, ...changes } });
  const bind = (name) => ({ id: name, value: place[name], error: errors[name], onInput: (text) => set({ [name]: text }) });
  return html`<${Field} ...${bind("name")} label=${t("ask.place-name")} hint=${t("ask.place-name-hint")} maxlength="120" autocomplete="off" />
    <${Field} ...${bind("phone")} type="tel" label=${t("ask.place-phone")} hint=${t("ask.place-phone-hint")} maxlength="40" autocomplete="off" />
    <${TextArea} ...${bind("address")} label=${t("ask.place-address")} rows="2" max=${300} maxlength="300" />
    <${Hours} hours=${place.hours} errors=${errors} change=${(hours) => set({ hours })} />
    <${ClosedDays} days=${place.closed_on} typed=${plan.typed_closed || ""} error=${errors.closed}
      change=${({ typed, ...rest }) => change({ place: { ...place, ...rest }, ...(typed === undefined ? {} : { typed_closed: typed }) })} />
    <${RadioRows} id="division" legend=${t("ask.division")} value=${plan.division} onInput=${(division) => change({ division })}
      options=${DIVISIONS.map((value) => ({ value, label: t(`division.${value}`) }))} />`;
}

/** The plan with the typed closed day among the others. */
export const withTypedDay = (plan) => (plan.typed_closed
  ? { ...plan, typed_closed: "", place: { ...plan.place, closed_on: [...new Set([...plan.place.closed_on, plan.typed_closed])].sort() } } : plan);

/** What is wrong with the opening hours. */
export function checkPlace({ place }) {
  return Object.fromEntries(WEEK.map((day) => {
    const [from, to] = spanOf(place.hours, day);
    const words = { day: t(`day.${day}`) };
    return [`${day}-0`, (Boolean(from) !== Boolean(to) && t("ask.hours-both", words)) || (from && from >= to && t("ask.hours-order", words))];
  }));
}
