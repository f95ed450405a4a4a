/** What the plan screens share: the kinds, a new plan, checks on the phone, and saving with the words of the API. */
import { addDays, flush, instant, newId, overlay, queue, queued, save, today } from "../../core.js";
import { toastSaved, useData } from "../../ui.js";

export const PLANS = "/api/treatment/plans";
export const WEEK = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
export const WORDINGS = ["closed_day", "missed_day", "three_days", "supervise", "separate"];
export const MOST_TIMES = 12;
export const MOST_PARTS = 24;
export const LONGEST_STEP = { day: 365, week: 52, month: 12 };

/** What each kind asks for: `rhythm` days of the week or every so often; a `place`; a `pharmacy` hands doses over. */
export const KINDS = {
  collection: { rhythm: "days", place: true, pharmacy: true },
  supervised: { rhythm: "days", place: true, pharmacy: true },
  at_home: { rhythm: "days" },
  injection: { rhythm: "every", place: true },
  implant: { rhythm: "every", place: true },
  naltrexone: { rhythm: "days" },
  appointment: { rhythm: "every", place: true },
};

const FIELDS = ["kind", "title", "starts_on", "ends_on", "time_zone", "division", "place", "wordings", "phases", "note", "remind_minutes_before"];

// Sent only once somebody chose them: a server that does not know them never sees them.
const FURTHER = { product: null, missed_shared: false };

/** A part of a plan before anything is chosen. `every` null means once, so `chosen` tells that somebody said so. */
const blankPart = (startsOn) => ({ chosen: false, typed: "", starts_on: startsOn, ends_on: null, label: null, every: null, weekdays: [], times: [], take_home: false });

export const noPlace = () => ({ name: "", address: "", phone: "", hours: {}, closed_on: [] });

/** A plan before anything is chosen. */
export const blankPlan = () => ({
  kind: null, title: "", starts_on: today(), ends_on: null, time_zone: "Europe/London", division: "england-and-wales", place: noPlace(),
  wordings: Object.fromEntries(WORDINGS.map((name) => [name, "unknown"])), phases: [blankPart(today())], note: "", remind_minutes_before: 0, ...FURTHER,
});

const further = (plan) => Object.fromEntries(Object.keys(FURTHER).filter((name) => plan[name]).map((name) => [name, plan[name]]));

/** A stored plan in the form the questions work on. */
export const asDraft = (plan) => ({
  ...blankPlan(), ...Object.fromEntries(FIELDS.map((name) => [name, plan[name]])), ...further(plan), place: plan.place || noPlace(),
  phases: plan.phases.map((part) => ({ ...part, chosen: true, typed: "" })),
});

/** The plan with one part changed. */
export const withPart = (plan, at, changes) => ({ ...plan, phases: plan.phases.map((part, i) => (i === at ? { ...part, ...changes } : part)) });

/** The last day of a part: the day before the next one, or the end of the plan. */
export const endOf = (plan, at) => (plan.phases[at + 1] ? addDays(plan.phases[at + 1].starts_on, -1) : plan.ends_on);

/** The plan with another kind; what does not fit that kind starts anew, everything else is kept. */
export function withKind(plan, kind) {
  if (plan.kind === kind) return plan;
  const { rhythm, pharmacy } = KINDS[kind];
  const sameRhythm = plan.kind && KINDS[plan.kind].rhythm === rhythm;
  const phases = plan.phases.map((part) => ({
    ...part, take_home: kind === "collection",
    ...(sameRhythm ? {} : {
      every: rhythm === "days" ? { unit: "week", count: 1 } : null,
      weekdays: rhythm === "days" && !pharmacy ? [...WEEK] : [],
      chosen: rhythm === "days",
    }),
  }));
  return { ...plan, kind, phases };
}

const dayOf = (on) => WEEK[(new Date(`${on}T12:00:00Z`).getUTCDay() + 6) % 7];

/** False when a pattern of weekdays meets no day between start and end. */
export function meetsADay({ starts_on: from, weekdays, every }, until) {
  if (!weekdays.length || !until || !every || every.unit !== "week") return true;
  const days = (Date.parse(until) - Date.parse(from)) / 864e5;
  return Array.from({ length: Math.min(days + 1, 7) }, (_, i) => dayOf(addDays(from, i))).some((day) => weekdays.includes(day));
}

/** Days of the week go with weeks, and with every single day. */
const takesWeekdays = (every) => Boolean(every) && (every.unit === "week" || (every.unit === "day" && every.count === 1));

/** The plan as it is sent: the first part starts with the plan, each part ends where the next begins, nothing left over. */
function bodyOf(plan) {
  const { place, pharmacy } = KINDS[plan.kind];
  const phases = plan.phases.map((part, i) => {
    const next = plan.phases[i + 1];
    const { label, every, weekdays, times } = part;
    return {
      starts_on: i === 0 ? plan.starts_on : part.starts_on, ends_on: next ? endOf(plan, i) : null, label, every,
      weekdays: takesWeekdays(every) ? WEEK.filter((day) => weekdays.includes(day)) : [],
      times: [...times].sort(), take_home: Boolean(pharmacy) && every !== null && part.take_home,
    };
  });
  const named = plan.place && (plan.place.name || plan.place.phone || plan.place.address || Object.keys(plan.place.hours).length || plan.place.closed_on.length);
  const timed = phases.some((part) => part.times.length);
  return {
    ...Object.fromEntries(FIELDS.map((name) => [name, plan[name]])), ...further({ ...plan, product: plan.kind === "injection" && plan.product }), phases, place: place && named ? plan.place : null,
    remind_minutes_before: timed ? plan.remind_minutes_before : null,
  };
}

const put = (id, plan) => save("PUT", `${PLANS}/${id}`, { ...bodyOf(plan), recorded_at: instant() });

/** Save a new plan, or a change of `stored`, and offer to take it back. */
export async function savePlan(plan, stored) {
  const { id: entry, undo } = await put(stored ? stored.id : newId(), plan);
  toastSaved(stored ? async () => {
    if (await queue.drop(entry)) await flush();
    else await put(stored.id, asDraft(stored));
  } : undo);
}

/** The list of plans as `useData` gives it, with what this phone has not sent yet laid over it. */
export function usePlans() {
  const list = useData(PLANS);
  const known = list.data !== undefined || isUnsent();
  return { ...list, data: known ? { items: overlay(list.data ? list.data.items : [], PLANS) } : undefined };
}

/** True while a plan waits to be sent: the days of the server do not know it yet. */
export const isUnsent = () => queued.value.some(({ path, state }) => path.startsWith(`${PLANS}/`) && state !== "sent");
