/** What the admin's pages share. An admin looks after services; nothing of any person is here. */
import { instant, sayTime, t, today } from "../../core.js";
import { Button, html, Page, Pill, Skeleton, Wrong } from "../../ui.js";

export const BASE = "/api/directory/admin";
// Services change slowly; a list that nobody read for a month is worth a word.
const OLD_DAYS = 30;

/** How many whole days ago an instant was, by the calendar. */
export const daysSince = (at, now = today()) => Math.max(0, Math.round((Date.parse(now) - Date.parse(instant(new Date(at)).slice(0, 10))) / 864e5));

export const clockOf = (at) => sayTime(instant(new Date(at)).slice(11));

/** The sentence for a change that was not saved. */
export const failure = ({ status, problem }) => (status === 0 ? t("adm.offline") : status === 404 ? t("adm.gone") : (problem && problem.detail) || t("adm.wrong"));

/** The words that stand out about a source: [tone, words], the most pressing first. */
export function marks(one) {
  return [
    one.failure && ["clay", t("adm.pill-trouble")],
    one.approval === "waiting" && ["honey", t("adm.pill-waiting")],
    one.approval === "given" && ["sky", t("adm.pill-coming")],
    one.refresh === "queued" && ["sky", t("adm.pill-queued")],
    one.refresh === "reading" && ["sky", t("adm.pill-reading")],
    one.reports > 0 && ["honey", t("adm.pill-reports", { n: one.reports })],
    one.older_rules && ["plum", t("adm.pill-rules")],
    daysSince(one.fetched_at) > OLD_DAYS && ["plum", t("adm.pill-old")],
  ].filter(Boolean);
}

const TONES = { shown: "leaf", hidden: "clay", waiting: "honey" };
export const State = ({ state }) => html`<${Pill} tone=${TONES[state] || "plum"}>${t(`adm.state.${state}`)}<//>`;

/** A page about one thing: what it is while it is read, when it is gone, and when it is there. */
export function One({ of, name, back, children }) {
  if (of.data) return children(of.data);
  const gone = of.problem && of.problem.status === 404;
  return html`<${Page} title=${name} back=${back}>${gone
    ? html`<p>${t("adm.gone")}</p><div class="buttons"><${Button} kind="main" href="#/sources">${t("adm.gone-do")}<//></div>`
    : of.problem && !of.loading ? html`<${Wrong} problem=${of.problem} again=${of.reload} />` : html`<${Skeleton} />`}<//>`;
}

/** A list of names and figures, or of names and `words`. */
export const Figures = ({ items, words }) => html`<dl class=${`summary-list ${words ? "" : "figures"}`}>${items.map(([name, value]) => html`<div key=${name}><dt>${t(name)}</dt><dd>${value}</dd></div>`)}</dl>`;
