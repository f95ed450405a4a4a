/**
 * How words, dates and ids are made, and the English words of the shell and of Today. The words of every other
 * screen are in strings/en/<name>.js and come with their route. Reading age 9 to 11, at most 15 words a sentence.
 */

/** @type {Record<string, string | Record<string, string>>} */
export const words = {
  "app.name": "Steady",
  "nav.skip": "Skip to main content",
  "nav.label": "Main",
  "nav.today": "Today",
  "nav.goals": "Goals",
  "nav.help": "Find help",
  "nav.you": "You",
  "nav.back": "Back",
  "leave": "Leave",
  "leave.hint": "Leave this app now. It opens a weather page.",
  "help.now": "Need help now?",
  "help.999": "if someone is in danger.",
  "help.111": "for urgent health advice.",
  "help.call": "Call {number}",
  "help.more": "More people to talk to",
  "do.save": "Save",
  "do.saving": "Saving",
  "do.undo": "Undo",
  "do.close": "Close",
  "do.try-again": "Try again",
  "do.update": "Update now",
  "do.done": "Done",
  "saved": "Saved",
  "saved.offline": "Saved on this phone. We will send it later.",
  "undone": "Taken back",
  "update.ready": "A new version is ready.",
  "offline": "You are offline.",
  "offline.last": "This is what we had on {when}.",
  "waiting": { one: "{n} thing waits to be sent.", other: "{n} things wait to be sent." },
  "attention": { one: "{n} thing could not be sent.", other: "{n} things could not be sent." },
  "attention.see": "See what",
  "loading": "One moment",
  "wrong.title": "We could not show this",
  "wrong.offline": "You are offline and this page is not on your phone yet.",
  "wrong.other": "Something went wrong on our side. Please try again.",
  "wrong.gone": "We could not find that page.",
  "today.title": "Today",
  "today.morning": "Good morning",
  "today.afternoon": "Good afternoon",
  "today.evening": "Good evening",
  "today.left": { zero: "Nothing left to do today.", one: "{n} thing left today", other: "{n} things left today" },
  "today.day": "Your day",
  "today.nothing": "Nothing to do today.",
  "today.gap": "There is a gap in your plan today.",
  "today.add": "Add a reminder",
  "today.feeling": "How are you feeling?",
  "today.more": "Anything else?",
  "today.before": "You checked in at {time}.",
  "today.measure": "A few questions about your week. You can skip any.",
  "today.answer": "Answer",
  "today.weeks": "See your last 2 weeks",
  "today.low": "Sorry today is hard. You can talk to someone now.",
  "today.may-be-closed": "May be closed. Check first.",
  "state.done": "Done",
  "state.skipped": "Not today",
  "state.not_done": "Not done",
  "state.not_said": "Not said",
  "state.later": "Later",
  "state.expired": "Not marked",
  "what.collect": "Collect",
  "what.supervised": "Go to the pharmacy",
  "what.at_home": "Take at home",
  "what.injection": "Appointment",
  "what.implant": "Appointment",
  "what.tablet": "Tablet",
  "what.appointment": "Appointment",
  "face.1": "Very low",
  "face.2": "Low",
  "face.3": "OK",
  "face.4": "Good",
  "face.5": "Very good",
};

// ---------------------------------------------------------------- ids and dates

/** A new record id, made on the phone. */
export const newId = () => crypto.randomUUID();

/** This moment (or `date`) with the phone's own offset, for `recorded_at`. */
export function instant(date = new Date()) {
  const away = -date.getTimezoneOffset();
  const two = (/** @type {number} */ n) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  const local = new Date(date.getTime() + away * 60000).toISOString().slice(0, 23);
  return `${local}${away < 0 ? "-" : "+"}${two(away / 60)}:${two(away % 60)}`;
}

/** The phone's date as YYYY-MM-DD. */
export const today = (date = new Date()) => instant(date).slice(0, 10);

/** A local date (YYYY-MM-DD) some days later, or earlier if negative. */
export const addDays = (/** @type {string} */ on, /** @type {number} */ days) =>
  new Date(Date.parse(`${on}T12:00:00Z`) + days * 864e5).toISOString().slice(0, 10);

// ---------------------------------------------------------------- sentences

const plural = new Intl.PluralRules("en-GB");

/** Add a table of words: strings/en/<name>.js, loaded with its route. */
export const addWords = (/** @type {typeof words} */ table) => void Object.assign(words, table);

/**
 * The sentence behind a key. `{name}` is filled from `values`; a table of plural forms
 * ({zero, one, other}) is chosen by `values.n`.
 * @param {string} key @param {Record<string, unknown>} [values]
 */
export function t(key, values = {}) {
  let text = words[key];
  if (text === undefined) return key;
  const n = Number(values.n);
  if (typeof text === "object") text = (n === 0 && text.zero) || text[plural.select(n)] || text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** "Saturday 21 November"; style "short" gives "Sat 21 Nov", "date" gives "21 November 2026". */
export function sayDay(/** @type {string} */ on, style = "long") {
  const shape = style === "date" ? { day: "numeric", month: "long", year: "numeric" }
    : { weekday: style, day: "numeric", month: style };
  const format = new Intl.DateTimeFormat("en-GB", /** @type {any} */ ({ ...shape, timeZone: "UTC" }));
  return format.format(new Date(`${on.slice(0, 10)}T12:00:00Z`)).replace(",", "");
}

/** "9 am", "10:30 am", "midday" from "10:30"; an empty string when there is no time. The server says times alike. */
export function sayTime(/** @type {string | null | undefined} */ time) {
  if (!time) return "";
  const hour = Number(time.slice(0, 2));
  const past = time.slice(2, 5).replace(":00", "");
  if (!past && hour % 12 === 0) return hour ? "midday" : "midnight";
  return `${hour % 12 || 12}${past} ${hour < 12 ? "am" : "pm"}`;
}
