/** One reminder, what a tap on a notification opens: Done, Later, Not today; or, when it is past, what happened. */
import { useState } from "../vendor/preact.js";
import { addDays, sayDay, sayTime, t, today } from "../core.js";
import { html, Button, Card, Empty, Loaded, Page, useData } from "../ui.js";
import { AfterAGap, Missed } from "./parts/notices.js";
import { answerReminder, isLeftOut, isOpen, useReminder } from "./parts/reminder-data.js";
import { Why } from "./parts/ask-why.js";
import { focusSoon } from "./parts/focus.js";
import { telOf } from "./parts/plan-words.js";

// Reminders that belong to no plan lead to a screen.
const NUDGES = { check_in: "#/check-in", review: "#/goals" };
const LATER = [30, 60, 120];
const sayLater = (minutes) => (minutes % 60 ? t("reminder.later-minutes", { n: minutes }) : t("reminder.later-hours", { n: minutes / 60 }));

function Now({ id, after }) {
  const [later, open] = useState(false);
  const { data } = useData("/api/reminders/settings");
  const choices = (data && data.snooze) || LATER;
  const say = (answer, minutes) => async () => {
    await answerReminder(id, answer, minutes ? { later_minutes: minutes } : {});
    open(false);
    after(answer);
  };
  if (later) {
    return html`<div role="group" aria-labelledby="later-when" class="stack"><h2 id="later-when" tabindex="-1">${t("reminder.later-when")}</h2>
      <div class="buttons">${choices.map((minutes) => html`<${Button} key=${minutes} onClick=${say("later", minutes)}>${sayLater(minutes)}<//>`)}</div>
      <${Button} kind="plain" onClick=${() => { open(false); focusSoon("answer"); }}>${t("nav.back")}<//></div>`;
  }
  return html`<div class="buttons"><${Button} onClick=${say("skipped")}>${t("reminder.skip")}<//><${Button}
      onClick=${() => { open(true); focusSoon("later-when"); }}>${t("reminder.later")}<//>
    <${Button} kind="main" onClick=${say("done")}>${t("reminder.done")}<//></div>`;
}

function Past({ id, after }) {
  const say = (answer) => async () => {
    await answerReminder(id, answer);
    after(answer);
  };
  return html`<div role="group" aria-labelledby="past-asked"><h2 id="past-asked">${t("reminder.past")}</h2><div class="buttons">
    <${Button} onClick=${say("done")}>${t("reminder.past-yes")}<//><${Button} onClick=${say("not_done")}>${t("reminder.past-no")}<//>
    <${Button} onClick=${say("not_said")}>${t("reminder.past-quiet")}<//></div></div>`;
}

function Answer({ reminder }) {
  const [again, ask] = useState(false);
  const [asked, askWhy] = useState("");
  const on = today();
  const after = (answer) => { ask(false); askWhy(answer); focusSoon("answer"); };
  if (reminder.on > on) return html`<p>${t("reminder.not-yet", { day: sayDay(reminder.on) })}</p>`;
  const said = reminder.answer && html`<p role="status"><b>${t(`reminder.said-${reminder.answer}`)}</b></p>`;
  if (!isOpen(reminder) && !again) return html`<div id="answer" class="stack" tabindex="-1">${said}
    ${isLeftOut(reminder) && !NUDGES[reminder.what] && html`<${Why} key=${reminder.answer} reminder=${reminder} asked=${asked === reminder.answer} />`}
    <${Button} kind="plain" onClick=${() => { ask(true); focusSoon("answer"); }}>${t("reminder.change")}<//></div>`;
  return html`<div id="answer" tabindex="-1">${said}${reminder.on < on ? html`<${Past} id=${reminder.id} after=${after} />` : html`<${Now}
      id=${reminder.id} after=${after} />`}</div>`;
}

const Where = ({ place }) => html`<${Card} title=${t("reminder.where")}><div class="row"><div class="txt">${place.name && html`<p>${place.name}</p>`}
    ${place.address && html`<p class="meta">${place.address}</p>`}</div>
  ${place.phone && html`<${Button} href=${telOf(place.phone)}>${t("plan.call", { name: place.name || place.phone })}<//>`}</div><//>`;

function when({ on, time }) {
  const day = { [today()]: "reminders.today", [addDays(today(), 1)]: "reminders.tomorrow" }[on];
  return [day && t(day), sayDay(on), sayTime(time)].filter(Boolean).join(", ");
}

/** Said not to be done, or the day went by without a word. */
const wasMissed = ({ what, on, answer }) => what !== "appointment" && !NUDGES[what] && (isLeftOut({ answer }) || (on < today() && !answer));

/** The page of one reminder. */
export default function Reminder({ params }) {
  const read = useReminder(params.id);
  const reminder = read.data;
  const gone = !reminder && !read.loading && read.problem && read.problem.status === 404;
  return html`<${Page} title=${reminder ? reminder.title || t(`what.${reminder.what}`) : t("reminder.title")} name=${t("reminder.title")}
      kicker=${reminder && when(reminder)} back="#/today">
    ${gone ? html`<${Empty} title=${t("reminder.gone")} text=${t("reminder.gone-text")} href="#/reminders" action=${t("reminder.to-list")} />`
      : html`<${Loaded} of=${read} blocks=${2}>${() => html`<div class="stack">
        ${reminder.place && html`<${Where} place=${reminder.place} />`}
        ${NUDGES[reminder.what] && html`<div class="buttons"><${Button} kind="main" href=${NUDGES[reminder.what]}>${t(`nudge.${reminder.what}-open`)}<//></div>`}
        <${Answer} reminder=${reminder} />
        ${wasMissed(reminder) && html`<${Missed} /><${AfterAGap} />`}
        ${!NUDGES[reminder.what] && html`<${Card} tone="sky" title=${t("plan.safety-title")}><p>${reminder.safety_text || t("plan.safety")}</p><//>`}
        <p><a class="back" href="#/reminders">${t("reminder.to-list")}</a></p></div>`}<//>`}<//>`;
}
