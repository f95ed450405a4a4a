/** Help that fits a goal. The goal's own words are compared on this phone and go nowhere. */
import { t } from "../../core.js";
import { Card, html, useData } from "../../ui.js";

const MOST = 2;
const fold = (text) => ` ${(text || "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim()} `;

/** The topics whose words stand in a goal's title, in why it matters, or in the name of its template. */
export function topicsFor({ title, why, template }, topics) {
  const texts = [title, why, template].map(fold);
  const held = (word) => texts.some((text) => text.includes(fold(word)));
  return topics.filter((topic) => (topic.goal_words || []).some(held)).slice(0, MOST);
}

/** Links to services for this goal, when there is a topic for it. */
export function Offers({ goal }) {
  const { data } = useData("/api/content/topics");
  const found = data ? topicsFor(goal, data.items) : [];
  if (!found.length) return null;
  return html`<${Card} title=${t("goal.help")}>${found.map(({ key, title }) => html`<p>
    <a class="tap" href=${`#/help?topic=${key}`}>${t("goal.help-with", { topic: title })}</a></p>`)}<//>`;
}
