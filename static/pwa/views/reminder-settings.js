/** How reminders behave, whatever they are for: quiet hours, days away, Later, two gentle extra ones, time zone. */
import { useEffect, useState } from "../vendor/preact.js";
import { api, sayDay, t, today } from "../core.js";
import { html, Button, Card, go, Loaded, Page, toast } from "../ui.js";
import { Chips, ErrorSummary, Field, Switch, useForm } from "../forms.js";
import { pick, saveOne, useOne } from "./parts/one.js";

const PATH = "/api/reminders/settings";
const FIELDS = ["quiet", "quiet_except_medicine", "away", "check_in_nudge", "review_nudge", "snooze", "time_zone"];
const LATER = [10, 15, 30, 60, 120, 240];
const MOST_LATER = 4;
const DAY = { type: "date", narrow: true };

/** "In 30 minutes", "In 2 hours". */
export const sayLater = (minutes) => (minutes % 60 ? t("later.minutes", { n: minutes }) : t("later.hours", { n: minutes / 60 }));

function Away({ days, typed, error, change }) {
  const add = () => typed.from && change([...days, { from: typed.from, to: typed.to || typed.from }], { from: "", to: "" });
  const say = ({ from, to }) => t("away.span", { from: sayDay(from, "date"), to: sayDay(to, "date") });
  return html`<fieldset class="stack"><legend><b>${t("away.title")}</b></legend><p class="hint">${t("away.hint")}</p>
    <ul>${days.map((one) => html`<li key=${`${one.from}${one.to}`} class="row"><span class="txt">${say(one)}</span><${Button} kind="plain"
      aria-label=${t("away.remove-of", { when: say(one) })} onClick=${() => change(days.filter((other) => other !== one), typed)}>${t("away.remove")}<//></li>`)}</ul>
    <div class="row"><${Field} id="away_from" ...${DAY} min=${today()} label=${t("away.from")} error=${error} value=${typed.from}
        onInput=${(from) => change(days, { ...typed, from })} />
      <${Field} id="away_to" ...${DAY} min=${typed.from || today()} label=${t("away.to")} value=${typed.to} onInput=${(to) => change(days, { ...typed, to })} />
      <${Button} onClick=${add}>${t("away.add")}<//></div></fieldset>`;
}

function Quiet({ quiet, exceptMedicine, errors, set }) {
  const span = (changes) => set("quiet", { ...quiet, ...changes });
  return html`<${Switch} id="quiet" label=${t("quiet.title")} hint=${t("quiet.hint")} on=${Boolean(quiet)}
      onInput=${(on) => set("quiet", on ? { from: "22:00", to: "07:00" } : null)} />
    ${quiet && html`<div class="row"><${Field} id="quiet_from" type="time" narrow label=${t("quiet.from")} error=${errors.quiet_from} value=${quiet.from}
        onInput=${(from) => span({ from })} /><${Field} id="quiet_to" type="time" narrow label=${t("quiet.to")} value=${quiet.to}
        onInput=${(to) => span({ to })} /></div>
      <${Switch} id="except" label=${t("quiet.except")} hint=${t("quiet.except-hint")} on=${exceptMedicine}
        onInput=${(on) => set("quiet_except_medicine", on)} />`}`;
}

function Nudges({ nudge, review, error, set }) {
  return html`<${Switch} id="nudge" label=${t("nudge.check-in")} hint=${t("nudge.check-in-hint")} on=${Boolean(nudge)}
      onInput=${(on) => set("check_in_nudge", on ? { time: "19:00" } : null)} />
    ${nudge && html`<${Field} id="nudge_time" type="time" narrow label=${t("nudge.time")} error=${error} value=${nudge.time}
        onInput=${(time) => set("check_in_nudge", { time })} />`}
    <${Switch} id="review" label=${t("nudge.review")} hint=${t("nudge.review-hint")} on=${review} onInput=${(on) => set("review_nudge", on)} />`;
}

/** The phone is in another zone than the plans: it asks, and nothing moves before the answer. */
function Zone({ settled }) {
  const [plans, found] = useState([]);
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const tell = (decision) => api("PUT", "/api/reminders/time-zone", { zone: here, ...(decision ? { decision } : {}) });
  useEffect(() => { tell().then(({ ok, body }) => ok && body.ask && found(body.plans)); }, []);
  if (!plans.length) return null;
  const name = (zone) => zone.split("/").pop().replace(/_/g, " ");
  const words = { here: name(here), there: name(plans[0].time_zone) };
  const decide = (decision) => async () => {
    const { ok } = await tell(decision);
    if (!ok) return toast(t("zone.wrong"));
    found([]);
    settled();
    return toast(t(`zone.${decision}-done`));
  };
  return html`<${Card} tone="honey" title=${t("zone.title")}><p>${t("zone.text", words)}</p>
    <div class="buttons"><${Button} onClick=${decide("keep")}>${t("zone.keep", words)}<//><${Button} onClick=${decide("move")}>${t("zone.move", words)}<//></div><//>`;
}

function Settings({ stored }) {
  const form = useForm({ ...stored, typed: { from: "", to: "" } });
  const { values, errors, set } = form;
  const options = [...new Set([...LATER, ...values.snooze])].sort((a, b) => a - b);
  async function submit(event) {
    event.preventDefault();
    const { quiet, check_in_nudge: nudge, snooze, typed } = values;
    const away = typed.from ? [...values.away, { from: typed.from, to: typed.to || typed.from }] : values.away;
    const fine = form.check({
      quiet_from: quiet && (!quiet.from || !quiet.to || quiet.from === quiet.to) && t("quiet.wrong"),
      away_from: away.some(({ from, to }) => to < from) && t("away.wrong"),
      snooze: (!snooze.length || snooze.length > MOST_LATER) && t("later.wrong", { most: MOST_LATER }),
      nudge_time: nudge && !nudge.time && t("nudge.wrong"),
    });
    if (!fine) return undefined;
    await saveOne(PATH, { ...pick(values, FIELDS), away, snooze: [...snooze].sort((a, b) => a - b) }, pick(stored, FIELDS));
    return go("/reminders");
  }
  return html`<form novalidate class="stack" onSubmit=${submit}><${ErrorSummary} errors=${errors} />
    <${Quiet} quiet=${values.quiet} exceptMedicine=${values.quiet_except_medicine} errors=${errors} set=${set} />
    <${Away} days=${values.away} typed=${values.typed} error=${errors.away_from} change=${(away, typed) => { set("away", away); set("typed", typed); }} />
    <fieldset class=${errors.snooze ? "stack wrong" : "stack"} id="snooze" tabindex="-1"><legend><b>${t("later.title")}</b></legend>
      ${errors.snooze && html`<p class="error">${errors.snooze}</p>`}
      <${Chips} many label=${t("later.title")} value=${values.snooze} onInput=${(snooze) => set("snooze", snooze)}
        options=${options.map((value) => ({ value, label: sayLater(value) }))} /></fieldset>
    <${Nudges} nudge=${values.check_in_nudge} review=${values.review_nudge} error=${errors.nudge_time} set=${set} />
    <div class="buttons"><${Button} kind="main" type="submit">${t("do.save")}<//></div></form>`;
}

/** The page of reminder settings. */
export default function ReminderSettings() {
  const stored = useOne(PATH);
  return html`<${Page} title=${t("settings.title")} lede=${t("settings.lede")} back="#/reminders">
    <${Loaded} of=${stored} blocks=${2}>${(data) => html`<div class="stack"><${Zone} settled=${stored.reload} /><${Settings} key=${JSON.stringify(pick(data, FIELDS))} stored=${data} /></div>`}<//>
    <p class="gap"><a class="tap" href="#/turn-on">${t("settings.phone")}</a></p>
    <p><a class="tap" href="#/plan">${t("settings.plans")}</a></p>
    <p><a class="tap" href="#/calendar">${t("settings.calendar")}</a></p><//>`;
}
