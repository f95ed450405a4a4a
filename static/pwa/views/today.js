/** Today: how you feel in one tap, and the day line. */
import { useState } from "../vendor/preact.js";
import { instant, newId, overlay, queued, save, sayTime, t, today } from "../core.js";
import { Banner, Button, Card, DayLine, Empty, Faces, HelpStrip, html, Loaded, Page, toastSaved, useData } from "../ui.js";

const CHECK_INS = "/api/wellbeing/check-ins";
const greeting = (hour) => t(hour < 12 ? "today.morning" : hour < 18 ? "today.afternoon" : "today.evening");

function Feeling() {
  const [mine, note] = useState(null);
  const on = today();
  const before = overlay(useData(`${CHECK_INS}?from=${on}&to=${on}`).data?.items, CHECK_INS).pop();
  const pick = async (mood) => {
    const id = mine ? mine.id : newId();
    const put = (value) => save("PUT", `${CHECK_INS}/${id}`, { recorded_at: instant(), mood: value });
    const { undo } = await put(mood);
    note({ id, mood });
    toastSaved(async () => {
      await (mine ? put(mine.mood) : undo());
      note(mine);
    });
  };
  return html`${mine && mine.mood < 3 && html`<p class="lede">${t("today.low")}</p><${HelpStrip} />`}
    <${Card} title=${t("today.feeling")}><${Faces} label=${t("today.feeling")} value=${mine && mine.mood} onPick=${pick} />
      ${!mine && before && html`<p class="meta">${t("today.before", { time: sayTime(instant(new Date(before.recorded_at)).slice(11)) })}</p>`}
      <div class="taps"><a class="tap" href=${mine ? `#/check-in?id=${mine.id}` : "#/check-in"}>${t("today.more")}</a>
      <a class="tap" href="#/weeks">${t("today.weeks")}</a></div><//>`;
}

/** What a reminder says now, with the phone's own unsent answer over it. */
function answerOf(id, reminders) {
  const mine = queued.value.filter(({ path, state }) => path === `/api/reminders/${id}/answer` && state !== "attention").pop();
  if (mine) return mine.body.answer;
  const known = reminders.find((reminder) => reminder.id === id);
  return (known && (known.answer || (known.state === "expired" && "expired"))) || null;
}

function YourDay({ day, reminders }) {
  if (!day || !day.items.length) return html`<${Empty} title=${t("today.nothing")} href="#/plan" action=${t("today.add")} />`;
  const items = day.items.map((item) => ({ ...item, answer: answerOf(item.reminder_id, reminders) }));
  const next = items.find((item) => !item.answer || item.answer === "later");
  const done = async (item) => {
    const body = { answer: "done", recorded_at: instant() };
    const { undo } = await save("PUT", `/api/reminders/${item.reminder_id}/answer`, body, 10000);
    toastSaved(undo);
  };
  return html`<${DayLine} items=${items.map((item) => ({
    id: item.reminder_id, time: sayTime(item.time), title: item.title || t(`what.${item.what}`), href: `#/reminders/${item.reminder_id}`,
    sub: [item.place_name, item.may_be_closed && t("today.may-be-closed")].filter(Boolean),
    state: item.answer === "done" ? "done" : item === next ? "next" : "later", mark: item.answer && t(`state.${item.answer}`),
    action: item === next && html`<${Button} kind="main" onClick=${() => done(item)}>${t("do.done")}<//>`,
  }))} />`;
}

export default function Today() {
  const on = today();
  const days = useData(`/api/treatment/days?from=${on}&to=${on}`);
  const reminders = useData(`/api/reminders?on=${on}`).data?.items || [];
  const due = useData("/api/wellbeing/measures/due").data?.items.find((item) => item.due);
  const day = days.data?.items.find((item) => item.on === on);
  const left = day && day.items.filter((item) => [null, "later"].includes(answerOf(item.reminder_id, reminders))).length;
  return html`<${Page} title=${greeting(new Date().getHours())} name=${t("nav.today")} lede=${left > 0 && t("today.left", { n: left })}>
    <${Feeling} />
    ${(days.data?.notices || []).map((notice) => html`<div class="gap"><${Banner}><p>${notice.text}</p><//></div>`)}
    <h2>${t("today.day")}</h2>
    <${Loaded} of=${days} blocks=${2}>${() => html`<${YourDay} day=${day} reminders=${reminders} />`}<//>
    ${due && html`<${Card}><div class="row"><p class="txt">${t("today.measure")}</p><${Button} href=${`#/measure/${due.measure}`}>${t("today.answer")}<//></div><//>`}
  <//>`;
}
