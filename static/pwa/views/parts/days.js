/** The days of a plan as the server reckons them, also when only an older answer is on the phone. */
import { useEffect, useState } from "../../vendor/preact.js";
import { addDays, instant, kept, sayDay, sayTime, t } from "../../core.js";
import { useData } from "../../ui.js";
import { listed } from "./plan-words.js";

const SHOWN = 7;
const pathOf = (from) => `/api/treatment/days?from=${from}&to=${addDays(from, SHOWN - 1)}`;

/** Days from `from` on that this phone kept of earlier weeks. */
async function keptDays(from) {
  const found = new Map();
  for (let back = 1; back < SHOWN; back += 1) {
    const answer = await kept(pathOf(addDays(from, -back)));
    for (const day of answer ? answer.body.items : []) if (day.on >= from && !found.has(day.on)) found.set(day.on, day);
  }
  return [...found.values()].sort((a, b) => a.on.localeCompare(b.on));
}

/** Seven days from `from` on: like `useData`, with what is left of older answers when nothing newer can be had. */
export function useDays(from) {
  const fresh = useData(pathOf(from));
  const [older, setOlder] = useState(null);
  const lost = fresh.data === undefined && !fresh.loading;
  useEffect(() => { if (lost) keptDays(from).then(setOlder); }, [lost, from]);
  return lost && older && older.length ? { ...fresh, data: { items: older } } : fresh;
}

/** An item of a day as a reminder, for phones that have not read the reminder itself. */
export const asReminder = (item, on) => ({
  id: item.reminder_id, plan_id: item.plan_id, on, what: item.what, title: item.title, time: item.time, due_at: null, state: "planned", answer: null,
  place: item.place_name ? { name: item.place_name, phone: "", address: "" } : null, safety_text: "",
});

/** Find a reminder among the days this phone kept. */
export async function keptReminder(id, from) {
  const day = await kept(pathOf(from));
  const days = [...(day ? day.body.items : []), ...(await keptDays(addDays(from, -1)))];
  for (const { on, items } of days) {
    const item = items.find((one) => one.reminder_id === id);
    if (item) return asReminder(item, on);
  }
  return null;
}

/** The first thing that is still to come: without a time it counts as to come all day. */
function nextOf(days, on) {
  const now = instant().slice(11, 16);
  return days.flatMap((day) => day.items.filter((item) => day.on > on || !item.time || item.time >= now)).map((item) => item.reminder_id)[0];
}

/** A week for the day line: one entry for each thing to do, and one for a day without any. Each plan's day is explained once. */
export function weekLine(days, today) {
  const cover = new Map(days.flatMap((day) => day.items.flatMap((item) => item.brings_home.map((on) => [`${item.plan_id} ${on}`, day.on]))));
  const next = nextOf(days, today);
  const explained = (item, on, isFirst) => (item.sentence ? [isFirst && item.sentence] : [
    cover.has(`${item.plan_id} ${on}`) && t("plan.home-from", { day: sayDay(cover.get(`${item.plan_id} ${on}`)) }),
    item.brings_home.length > 0 && t("plan.brings-home", { days: listed(item.brings_home.map((day) => sayDay(day))) }),
    item.may_be_closed && t("plan.may-be-closed")]);
  const lineOf = (item, on, when, isFirst, closure) => ({
    id: item.reminder_id, time: item.time ? `${when}, ${sayTime(item.time)}` : when, title: item.title, state: item.reminder_id === next ? "next" : "later",
    href: on <= addDays(today, 1) ? `#/reminders/${item.reminder_id}` : null, // the server makes later reminders later
    sub: [...explained(item, on, isFirst), item.place_name, closure && t("plan.closure", closure)].filter(Boolean),
  });
  return days.flatMap(({ on, items, closure }) => {
    const when = on === today ? t("plan.today", { day: sayDay(on) }) : sayDay(on);
    const isFirst = (item, i) => items.findIndex((one) => one.plan_id === item.plan_id) === i;
    return items.length ? items.map((item, i) => lineOf(item, on, when, isFirst(item, i), i === 0 && closure))
      : [{ id: on, time: when, title: t("plan.nothing-on"), sub: closure ? [t("plan.closure", closure)] : [], state: "later" }];
  });
}
