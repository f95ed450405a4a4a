/** Where a person goes: name, phone, address, opening hours, other closed days. All of it only if they want. */
import { useState } from "../../vendor/preact.js";
import { sayDay, t } from "../../core.js";
import { html, Button } from "../../ui.js";
import { Field, RadioRows, Switch, TextArea } from "../../forms.js";
import { focusSoon } from "./focus.js";
import { WEEK } from "./plan-data.js";

const DIVISIONS = ["england-and-wales", "scotland", "northern-ireland"];
const WORKING_DAYS = WEEK.slice(0, 5);

/** The times of a day in order: opens, break from, break until, closes. Without a break only the outer two. */
const timesOf = (hours, day, breaks) => {
  const times = hours[day] && hours[day].length ? hours[day].flat() : ["", ""];
  return breaks && times.length === 2 ? [times[0], "", "", times[1]] : times;
};

/** The spans between such times; a break without any time is none, and a day without any is closed. */
function spansOf([opens, ...rest]) {
  const closes = rest.pop();
  const inner = rest.filter((_, i) => rest[i - (i % 2)] || rest[i - (i % 2) + 1]);
  const times = [opens, ...inner, closes];
  return times.some(Boolean) ? times.filter((_, i) => i % 2 === 0).map((from, i) => [from, times[i * 2 + 1]]) : [];
}

function withSpans(hours, day, spans) {
  const { [day]: old, ...others } = hours;
  return spans.length ? { ...others, [day]: spans } : others;
}

const WORDS = ["ask.hours-break-to", "ask.hours-break-from"]; // what stands at an even and at an odd place

/** One day: when it opens and closes, and below it when a break begins and ends. */
function Day({ day, hours, breaks, error, change }) {
  const times = timesOf(hours, day, breaks);
  const last = times.length - 1;
  const put = (at) => (text) => change(withSpans(hours, day, spansOf(times.map((one, i) => (i === at ? text : one)))));
  const word = (at) => (at === 0 ? "ask.hours-from" : at === last ? "ask.hours-to" : WORDS[at % 2]);
  const input = (at) => html`<${Field} key=${at === last ? "closes" : at} id=${`${day}-${at === last ? "closes" : at}`} type="time" narrow
      label=${t(word(at), { day: t(`short.${day}`) })} error=${at === 0 && error} value=${times[at]} onInput=${put(at)} />`;
  const inner = times.slice(1, -1).map((_, i) => i + 1);
  return html`<div class="beside"><div class="beside">${input(0)}${input(last)}</div>
    ${inner.filter((at) => at % 2).map((at) => html`<div class="beside">${input(at)}${input(at + 1)}</div>`)}</div>`;
}

function Hours({ hours, errors, change }) {
  const [open, show] = useState(Object.keys(hours).length > 0);
  const [breaks, allow] = useState(Object.values(hours).some((spans) => spans.length > 1));
  if (!open) return html`<div><${Button} kind="plain" aria-expanded="false" onClick=${() => { show(true); focusSoon("MO-0"); }}>${t("ask.hours-show")}<//></div>`;
  const copy = () => change({ ...hours, ...Object.fromEntries(WORKING_DAYS.map((day) => [day, hours.MO])) });
  const setBreaks = (on) => {
    allow(on);
    if (!on) change(Object.fromEntries(Object.entries(hours).map(([day, spans]) => [day, spans.length ? [[spans[0][0], spans[spans.length - 1][1]]] : []])));
  };
  return html`<fieldset class="stack" aria-describedby="hours-hint"><legend><b>${t("ask.hours")}</b></legend><p class="hint"
      id="hours-hint">${t("ask.hours-hint")}</p>
    <${Switch} id="breaks" label=${t("ask.hours-break")} hint=${t("ask.hours-break-hint")} on=${breaks} onInput=${setBreaks} />
    ${WEEK.map((day) => html`<div key=${day} class="stack"><${Day} day=${day} hours=${hours} breaks=${breaks} error=${errors[`${day}-0`]} change=${change} />
      ${day === "MO" && hours.MO && html`<${Button} kind="plain" onClick=${copy}>${t("ask.hours-copy")}<//>`}</div>`)}</fieldset>`;
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
    const times = timesOf(place.hours, day);
    const [opens, closes] = [times[0], times[times.length - 1]];
    const word = times.some(Boolean) && (((!opens || !closes) && "ask.hours-both")
      || (times.some((one) => !one) && "ask.hours-break-both")
      || (opens >= closes && "ask.hours-order")
      || (times.some((one, i) => i > 0 && one <= times[i - 1]) && "ask.hours-break-order"));
    return [`${day}-0`, word && t(word, { day: t(`day.${day}`) })];
  }));
}
