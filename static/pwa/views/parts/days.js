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
  id: item.reminder_id, plan_id: item.plan_id, on, what: item.what, title: item.title, time: item.time, due_at: null, state: "planned", answer: null, reason: "",
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

/** What goes without saying is left out: a thing to do at home at its time has a row that says as much. */
const isExplained = (item) => item.may_be_closed || ["collect", "supervised"].includes(item.what) || (item.what === "at_home" && !item.time);

/** What the server says of a day, each thing once and without the name of the day, which stands above it. */
function explained({ items }) {
  return [...new Set(items.filter((item) => item.sentence && isExplained(item)).map(({ sentence }) => withoutDay(sentence)))];
}

/** A sentence of the server without the name of the day, which stands above it. */
const withoutDay = (sentence) => sentence.replace(/^[A-Z][a-z]+: /, "").replace(/^./, (letter) => letter.toUpperCase());

/** Days as phones kept them before days had sentences. */
function explainedBefore({ on, items }, cover) {
  return items.flatMap((item) => [
    cover.has(`${item.plan_id} ${on}`) && t("plan.home-from", { day: sayDay(cover.get(`${item.plan_id} ${on}`)) }),
    item.brings_home.length > 0 && t("plan.brings-home", { days: listed(item.brings_home.map((day) => sayDay(day))) }),
    item.may_be_closed && t("plan.may-be-closed")]).filter(Boolean);
}

/** What is said of a day: what it holds, and a gap between two parts of a plan; nothing to do only if neither. */
function saidOf(day, cover) {
  const held = day.items.length ? [...explained(day), ...(day.items[0].sentence ? [] : explainedBefore(day, cover))] : [];
  if (day.gap) return [...held, withoutDay(day.gap)];
  return day.items.length ? held : [t("plan.nothing-on")];
}

/**
 * A week for reading, one entry a day: {on, when, said: [sentence], rows: [{id, time, title, place, href}], state}.
 * A day at home that a visit covers has no row of its own, unless it can be marked: today and tomorrow.
 */
export function weekOf(days, on) {
  const cover = new Map(days.flatMap((day) => day.items.flatMap((item) => item.brings_home.map((one) => [`${item.plan_id} ${one}`, day.on]))));
  const next = nextOf(days, on);
  return days.map((day) => {
    const isSoon = day.on <= addDays(on, 1); // the server makes later reminders later
    const rows = day.items.filter((item) => isSoon || item.time || item.what !== "at_home").map((item) => ({
      id: item.reminder_id, time: item.time ? sayTime(item.time) : t("plan.any-time"), title: item.title,
      place: item.place_name || (item.what === "at_home" && item.title !== t("plan.at-home") && t("plan.at-home")),
      href: isSoon ? `#/reminders/${item.reminder_id}` : null,
    }));
    return {
      on: day.on, rows, when: day.on === on ? t("plan.today", { day: sayDay(day.on) }) : sayDay(day.on),
      said: saidOf(day, cover),
      closure: day.closure ? t("plan.closure", day.closure) : "", state: day.items.some((item) => item.reminder_id === next) ? "next" : "later",
    };
  });
}
