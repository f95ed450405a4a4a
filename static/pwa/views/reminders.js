/** Your reminders: today and tomorrow with what was said, and what was not marked yesterday. */
import { addDays, sayDay, sayTime, t, today } from "../core.js";
import { html, Button, DayLine, Empty, Loaded, Page } from "../ui.js";
import { usePlans } from "./parts/plan-data.js";
import { PushHint } from "./parts/push-hint.js";
import { answerReminder, isOpen, useReminders } from "./parts/reminder-data.js";

const markOf = ({ answer, state }) => (answer && t(`state.${answer}`)) || (state === "expired" && t("state.expired")) || null;

function Line({ items, next }) {
  if (!items.length) return html`<p class="meta">${t("reminders.none")}</p>`;
  return html`<${DayLine} items=${items.map((one) => ({
    id: one.id,
    time: one.time ? sayTime(one.time) : t("plan.any-time"), title: one.title, sub: [one.place && one.place.name, one.reason].filter(Boolean), mark: markOf(one),
    href: `#/reminders/${one.id}`, state: one.answer === "done" ? "done" : one === next ? "next" : "later",
    action: one === next && html`<${Button} kind="main" onClick=${() => answerReminder(one.id, "done")}>${t("do.done")}<//>`,
  }))} />`;
}

/** The page of reminders. */
export default function Reminders() {
  const on = today();
  const [now, tomorrow, before] = [useReminders(on), useReminders(addDays(on, 1)), useReminders(addDays(on, -1))];
  const plans = usePlans();
  const unmarked = before.data ? before.data.items.filter((one) => isOpen(one)) : [];
  const nothing = plans.data && !plans.data.items.length && now.data && !now.data.items.length;
  const links = html`<div class="buttons"><${Button} href="#/reminders/settings">${t("reminders.settings")}<//>
    <${Button} href="#/plan">${t("reminders.plan")}<//>
    ${!nothing && html`<${Button} kind=${now.data && now.data.items.some(isOpen) ? "quiet" : "main"} href="#/plan/new">${t("reminders.add")}<//>`}</div>`;
  if (nothing) {
    return html`<${Page} title=${t("reminders.title")} back="#/today">
      <${Empty} title=${t("reminders.empty")} text=${t("reminders.empty-text")} href="#/plan/new" action=${t("reminders.add")} />${links}<//>`;
  }
  return html`<${Page} title=${t("reminders.title")} back="#/today"><${PushHint} />
    <h2>${t("reminders.today")}, ${sayDay(on)}</h2>
    <${Loaded} of=${now} blocks=${2}>${({ items }) => html`<${Line} items=${items} next=${items.find(isOpen)} />`}<//>
    ${unmarked.length > 0 && html`<h2>${t("reminders.earlier")}</h2><p class="meta">${t("reminders.earlier-text")}</p><${Line} items=${unmarked} />`}
    <h2>${t("reminders.tomorrow")}, ${sayDay(addDays(on, 1))}</h2>
    <${Loaded} of=${tomorrow} blocks=${1}>${({ items }) => html`<${Line} items=${items} />`}<//>
    ${links}<//>`;
}
