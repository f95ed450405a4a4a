/** A plan as the person entered it, in words; no amounts, nothing to change. */
import { sayDay, sayTime, t } from "../../core.js";
import { Card, html } from "../../ui.js";
import { lines } from "./parts.js";

/** "Every week, Monday, Friday, at 10:00 am" of a phase. */
export function sayPhase(phase) {
  const every = phase.every ? t(`kwplan.every.${phase.every.unit}`, { n: phase.every.count }) : t("kwplan.once", { when: sayDay(phase.starts_on, "date") });
  const days = phase.weekdays.map((day) => t(`kwday.${day}`)).join(", ");
  return [
    days ? t("kwplan.on", { every, days }) : every,
    phase.times.length > 0 && t("kwplan.at", { times: phase.times.map(sayTime).join(", ") }),
    phase.take_home && t("kwplan.take-home"),
    phase.every && phase.ends_on && t("kwplan.until", { when: sayDay(phase.ends_on, "date") }),
  ].filter(Boolean).join(", ");
}

/** The days the person marked as not collected, where they chose to share them. No count, no colour. */
const Missed = ({ missed, name }) => html`<div class="gap">
    <p>${t("kwplan.missed", { n: missed.days.length, name, days: missed.days.map((on) => sayDay(on)).join(", ") })}</p>
    <p class="meta">${t("kwplan.missed-by", { name, when: sayDay(missed.from, "date") })}</p></div>`;

export function Plan({ plan, name }) {
  const title = plan.title || t(`kwplan.kind.${plan.kind}`);
  const start = sayDay(plan.starts_on, "date");
  return html`<${Card}><h3>${title}</h3>
    <p class="meta">${plan.title && `${t(`kwplan.kind.${plan.kind}`)}. `}${plan.ends_on ? t("kwplan.from", { start, end: sayDay(plan.ends_on, "date") }) : t("kwplan.from-open", { start })}</p>
    <dl class="summary-list">${plan.phases.map((phase) => html`<div><dt>${t("kwplan.phase")}</dt><dd>${sayPhase(phase)}</dd></div>`)}
      ${plan.place && plan.place.name && html`<div><dt>${t("kwplan.place")}</dt><dd>${plan.place.name}</dd></div>`}
      ${plan.note && html`<div><dt>${t("kwplan.note")}</dt><dd>${lines(plan.note)}</dd></div>`}</dl>
    ${plan.missed && html`<${Missed} missed=${plan.missed} name=${name} />`}<//>`;
}
