/** Your plan: this week day by day, what is good to know, where you go, and the plans themselves. */
import { sayTime, t, today } from "../core.js";
import { html, Button, Card, Empty, Loaded, Page, Skeleton } from "../ui.js";
import { useDays, weekOf } from "./parts/days.js";
import { Missed, Notices } from "./parts/notices.js";
import { isUnsent, usePlans, WEEK } from "./parts/plan-data.js";
import { isMedicine, listed, nameOf, sayDates, sayPart, telOf } from "./parts/plan-words.js";
import { PushHint } from "./parts/push-hint.js";

const weekday = (on) => WEEK[(new Date(`${on}T12:00:00Z`).getUTCDay() + 6) % 7];

const Day = ({ day: { when, said, rows, closure, state } }) => html`<li class=${state}><div class="card"><div class="txt"><h3 class="time">${when}</h3>
  ${said.map((line) => html`<p>${line}</p>`)}
  ${rows.length > 0 && html`<ul class="slots">${rows.map(({ id, time, title, place, href }) => html`<li key=${id}><span class="meta">${time}</span>
    <span>${href ? html`<a href=${href}>${title}</a>` : title}${place && html` <span class="meta">${place}</span>`}</span></li>`)}</ul>`}
  ${closure && html`<p class="meta">${closure}</p>`}</div></div></li>`;

function Week({ days, on }) {
  if (days.data === undefined) return days.loading ? html`<${Skeleton} />` : html`<p>${t("plan.no-days")}</p>`;
  const { notices } = days.data.items.find((day) => day.on === on) || { notices: [] };
  return html`${notices.length > 0 && html`<${Card} tone="honey" title=${t("plan.notices")}><${Notices} items=${notices} /><//>`}
    <h2>${t("plan.week")}</h2>
    <ol class="day">${weekOf(days.data.items.filter((day) => day.on >= on), on).map((day) => html`<${Day} key=${day.on} day=${day} />`)}</ol>`;
}

function hoursToday({ hours, closed_on: closed }, on) {
  if (closed.includes(on)) return t("plan.closed-today");
  if (!Object.keys(hours).length) return "";
  const spans = hours[weekday(on)] || [];
  if (!spans.length) return t("plan.closed-today");
  return t("plan.open-today", { hours: listed(spans.map(([from, to]) => t("plan.hours-span", { from: sayTime(from), to: sayTime(to) }))) });
}

const Place = ({ place, on }) => html`<div class="row"><div class="txt"><p><b>${place.name || place.address}</b></p>
    ${place.name && place.address && html`<p class="meta">${place.address}</p>`}${hoursToday(place, on) && html`<p
        class="meta">${hoursToday(place, on)}</p>`}</div>
  ${place.phone && html`<${Button} href=${telOf(place.phone)}>${t("plan.call", { name: place.name || place.phone })}<//>`}</div>`;

const OnePlan = ({ plan }) => html`<li class="card"><div class="row"><h3 class="txt">${nameOf(plan)}</h3>
    <${Button} href=${`#/plan/${plan.id}`} aria-label=${t("plan.change-of", { title: nameOf(plan) })}>${t("plan.change")}<//></div>
  ${plan.title && html`<p class="meta">${t(`kind.${plan.kind}`)}</p>`}
  ${plan.phases.map((part) => html`<p>${sayPart(part)}${part.take_home && html`<br />${t("check.take-home")}`}</p>`)}
  <p class="meta">${sayDates(plan)}</p>
  <p><a class="tap" href=${`#/plan/${plan.id}/reminders`} aria-label=${t("plan.reminders-of", { title: nameOf(plan) })}>${t("plan.reminders-of-one")}</a></p>
  ${plan.note && html`<p class="meta">${plan.note}</p>`}</li>`;

/** The fixed text that stands on every medicine page. */
export const Safety = ({ text }) => html`<${Card} tone="sky" title=${t("plan.safety-title")}><p>${text || t("plan.safety")}</p><//>`;

function Body({ plans, days, on }) {
  if (!plans.length) return html`<${Empty} title=${t("plan.empty")} text=${t("plan.empty-text")} href="#/plan/new" action=${t("plan.set-up")} />`;
  const over = (plan) => plan.ends_on && plan.ends_on < on;
  const now = plans.filter((plan) => !over(plan));
  const ended = plans.filter(over);
  const places = new Map(now.filter(({ place }) => place && (place.name || place.phone || place.address)).map(({ place }) => [`${place.name} ${place.phone}`, place]));
  return html`${now.some((plan) => plan.remind_minutes_before !== null) && html`<${PushHint} />`}
    ${isUnsent() && html`<p class="meta">${t("plan.unsent")}</p>`}
    <${Week} days=${days} on=${on} />
    <${Missed} />${now.some((plan) => isMedicine(plan.kind)) && html`<${Safety} />`}
    ${places.size > 0 && html`<${Card} title=${t("plan.where")}><div class="stack">${[...places].map(([key, place]) => html`<${Place} key=${key}
        place=${place} on=${on} />`)}</div><//>`}
    ${now.length > 0 && html`<h2>${t("plan.mine")}</h2><ul class="list">${now.map((plan) => html`<${OnePlan} key=${plan.id} plan=${plan} />`)}</ul>`}
    ${ended.length > 0 && html`<h2>${t("plan.ended")}</h2><ul class="list">${ended.map((plan) => html`<${OnePlan} key=${plan.id}
        plan=${plan} />`)}</ul>`}
    <p><a class="tap" href="#/calendar">${t("plan.calendar")}</a></p>
    <div class="buttons"><${Button} href="#/reminders">${t("plan.reminders")}<//><${Button} kind="main" href="#/plan/new">${t("plan.add")}<//></div>`;
}

/** The page of the plan. */
export default function Plan() {
  const on = today();
  const plans = usePlans();
  const days = useDays(on);
  return html`<${Page} title=${t("plan.title")} lede=${t("plan.lede")} back="#/you">
    <${Loaded} of=${plans}>${({ items }) => html`<${Body} plans=${items} days=${days} on=${on} />`}<//><//>`;
}
