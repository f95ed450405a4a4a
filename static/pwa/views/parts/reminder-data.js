/** What the reminder screens share: reading them offline too, with this phone's unsent answers over them, and answering. */
import { useEffect, useState } from "../../vendor/preact.js";
import { addDays, instant, kept, queued, save, today } from "../../core.js";
import { toastSaved, useData } from "../../ui.js";
import { keptReminder } from "./days.js";

const HELD_MS = 10000; // an answer cannot be deleted on the server, so Undo must find it still here

/** The reminder with the answer this phone has not had confirmed yet. */
export function withAnswer(reminder) {
  const mine = queued.value.filter(({ path, state }) => path === `/api/reminders/${reminder.id}/answer` && state !== "attention").pop();
  if (!mine) return reminder;
  const { answer, reason = "" } = mine.body;
  return { ...reminder, answer, reason, state: answer === "later" ? "planned" : "answered" };
}

/** Nothing is said yet, or only "later". */
export const isOpen = ({ answer }) => !answer || answer === "later";

/** Left out: then a person may write down why. Not marked is neither of these. */
export const isLeftOut = ({ answer }) => answer === "skipped" || answer === "not_done";

/** Answer at once; Undo for 10 seconds. `more`: `later_minutes`, or the `reason` of an answer that leaves it out. */
export async function answerReminder(id, answer, more = {}) {
  const body = { answer, recorded_at: instant(), ...more };
  const { undo } = await save("PUT", `/api/reminders/${id}/answer`, body, HELD_MS);
  toastSaved(undo);
}

/** The reminders of a day, answers laid over. */
export function useReminders(on) {
  const list = useData(`/api/reminders?on=${on}`);
  return list.data ? { ...list, data: { items: list.data.items.map(withAnswer) } } : list;
}

async function findKept(id) {
  const on = today();
  for (const day of [on, addDays(on, 1), addDays(on, -1)]) {
    const list = await kept(`/api/reminders?on=${day}`);
    const found = list && list.body.items.find((reminder) => reminder.id === id);
    if (found) return found;
  }
  return keptReminder(id, on);
}

/** One reminder; when it cannot be read, what this phone knows of it from lists and days. */
export function useReminder(id) {
  const read = useData(`/api/reminders/${id}`);
  const [found, find] = useState(undefined);
  const lost = read.data === undefined && !read.loading;
  useEffect(() => { if (lost) findKept(id).then(find); }, [lost, id]);
  const data = read.data || (lost && found) || undefined;
  const looking = lost && found === undefined;
  return { ...read, loading: read.loading || looking, data: data && withAnswer(data), problem: looking ? null : read.problem };
}
