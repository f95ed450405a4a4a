/** One goal: why it matters, its steps, how sure, who sees it, what the keyworker said, and where it goes from here. */
import { sayDay, t } from "../core.js";
import { html, Button, Card, Loaded, Page, Pill } from "../ui.js";
import { Scale } from "../forms.js";
import { changeGoal, clashOf, useGoals } from "./parts/goal-data.js";
import { Clash } from "./parts/goal-clash.js";
import { History, Life } from "./parts/goal-life.js";
import { Comments, Sharing } from "./parts/goal-sharing.js";
import { Offers } from "./parts/goal-topics.js";
import { Steps } from "./parts/goal-steps.js";

const MOST_SURE = 10;
const sureWord = (n) => t(`sure.${n === 0 ? 0 : n === MOST_SURE ? MOST_SURE : n <= 3 ? "low" : n <= 6 ? "middle" : "high"}`);

function Confidence({ goal }) {
  const n = goal.confidence;
  return html`<section class="card"><${Scale} id="confidence" legend=${t("goal.confidence")} hint=${t("goal.confidence-hint")} value=${n}
      options=${Array.from({ length: MOST_SURE + 1 }, (_, value) => ({ value, word: value }))}
      onInput=${(confidence) => changeGoal(goal, () => ({ confidence }))} />
    <p class="meta">${n === null ? t("goal.confidence-none") : t("goal.confidence-said", { n, word: sureWord(n) })}</p></section>`;
}

const Body = ({ goal }) => html`<div class="stack">
  ${goal.lifecycle !== "active" && html`<p><${Pill} tone="sky">${t(`goals.${goal.lifecycle}`)}<//></p>`}
  <${Card} title=${t("goal.why")}><p>${goal.why || t("goal.why-none")}</p>
    ${goal.target_on && html`<p class="meta">${t("goal.target-said", { when: sayDay(goal.target_on, "date") })}</p>`}
    <${Button} kind="plain" href=${`#/goals/${goal.id}/edit`}>${t("goal.change")}<//><//>
  <${Steps} goal=${goal} />
  <${Offers} goal=${goal} />
  <${Comments} goal=${goal} />
  <${Confidence} goal=${goal} />
  <${Sharing} goal=${goal} />
  <${Life} goal=${goal} />
  <${History} goal=${goal} /></div>`;

/** The page of one goal. */
export default function Goal({ params }) {
  const goals = useGoals();
  const clash = clashOf(params.id);
  const goal = goals.data && goals.data.items.find((one) => one.id === params.id);
  if (clash) return html`<${Clash} clash=${clash} after=${goals.reload} />`;
  const missing = goals.data && !goal && !goals.loading;
  return html`<${Page} title=${goal ? goal.title : missing ? t("goal.gone") : t("goal.title")} name=${t("goal.title")} back="#/goals">
    <${Loaded} of=${goals}>${() => (goal ? html`<${Body} goal=${goal} />`
      : missing && html`<p>${t("goal.gone-text")}</p><div class="buttons"><${Button} kind="main"
          href="#/goals">${t("goal.to-goals")}<//></div>`)}<//><//>`;
}
