/** A plan in plain sentences. */
import { sayDay, sayTime, t } from "../../core.js";
import { KINDS, WEEK } from "./plan-data.js";

/** "Monday, Wednesday and Friday". */
export const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${t("plan.and")} ${words[words.length - 1]}`);

/** "Every week", "Every 2 weeks", "Every other day", "Only once". */
export function sayEvery(every) {
  if (!every) return t("rhythm.once");
  if (every.unit === "day" && every.count === 2) return t("rhythm.other-day");
  return t(`rhythm.${every.unit}`, { n: every.count });
}

/** The days of a part: "Monday, Wednesday and Friday", "Every day", "Every 2 weeks: Monday". */
export function sayDays({ every, weekdays }) {
  if (!weekdays.length) return sayEvery(every);
  const days = weekdays.length === WEEK.length ? t("rhythm.daily") : listed(WEEK.filter((day) => weekdays.includes(day)).map((day) => t(`day.${day}`)));
  return every && every.count > 1 ? t("rhythm.on", { every: sayEvery(every), days }) : days;
}

/** The times of a part, or an empty string. */
export const sayTimes = ({ times }) => listed([...times].sort().map(sayTime));

/** Days and times of a part in one sentence. */
export function sayPart(part) {
  const times = sayTimes(part);
  return times ? t("rhythm.at", { days: sayDays(part), times }) : sayDays(part);
}

/** From when to when. */
export const sayDates = ({ starts_on: from, ends_on: to }) =>
  (to ? t("check.from-to", { from: sayDay(from, "date"), to: sayDay(to, "date") }) : t("check.from", { from: sayDay(from, "date") }));

/** When the reminder comes. */
export const sayRemind = (minutes) =>
  (minutes === null ? t("remind.none") : [0, 15, 30, 60].includes(minutes) ? t(`remind.${minutes}`) : t("remind.some", { n: minutes }));

/** The person's own name for a plan, or what it is. */
export const nameOf = (plan) => plan.title || t(`kind.${plan.kind}`);

/** A phone number as a link. */
export const telOf = (phone) => `tel:${phone.replace(/[^\d+]/g, "")}`;

/** True for kinds that are a medicine: there the fixed sentence about missed days stands. */
export const isMedicine = (kind) => kind !== "appointment" && kind in KINDS;
