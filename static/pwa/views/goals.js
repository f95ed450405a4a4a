/** Your goals: what is on the go with its steps, then what is paused, finished or let go. */
import { t } from "../core.js";
import { html, Button, Loaded, Page, Pill, useData } from "../ui.js";
import { TickRow } from "../forms.js";
import { Stones } from "../parts.js";
import { clashOf, stepsDone, tickStep, useGoals } from "./parts/goal-data.js";

const STEPS_SHOWN = 5;
const IDEAS = 6;
const RESTING = ["proposed", "on_hold", "completed", "cancelled"];

function GoalCard({ goal }) {
  const more = goal.steps.length - STEPS_SHOWN;
  const href = `#/goals/${goal.id}`;
  return html`<li class="card"><h2 class="small"><a class="back" href=${href}>${goal.title}</a></h2>
    ${clashOf(goal.id) && html`<p><a href=${href}><${Pill} tone="clay">${t("goals.clash")}<//></a></p>`}
    ${goal.steps.length > 0 ? html`<${Stones} done=${stepsDone(goal)} all=${goal.steps.length}
      say=${t("goals.steps", { done: stepsDone(goal), all: goal.steps.length })} />`
      : html`<p><a class="back" href=${href}>${t("goals.no-steps")}</a></p>`}
    <div role="group" aria-label=${t("goals.steps-of", { title: goal.title })}>
      ${goal.steps.slice(0, STEPS_SHOWN).map((step) => html`<${TickRow} key=${step.id} id=${`step-${step.id}`} label=${step.title}
        checked=${!!step.done_on} onInput=${(done) => tickStep(goal, step.id, done)} />`)}</div>
    ${more > 0 && html`<p><a class="back" href=${href}>${t("goals.more-steps", { n: more })}</a></p>`}
    ${goal.shared && html`<p><${Pill} tone="plum">${t("goal.shared")}<//></p>`}</li>`;
}

const Resting = ({ goals, lifecycle }) => goals.length > 0 && html`<h2>${t(`goals.${lifecycle}`)}</h2>
  ${lifecycle === "on_hold" && html`<p class="meta">${t("goals.on_hold-text")}</p>`}
  <ul class="card plain-list">${goals.map((goal) => html`<li key=${goal.id}><a class="back"
      href=${`#/goals/${goal.id}`}>${goal.title}</a></li>`)}</ul>`;

/** Nothing here yet: one idea of each of the first six areas, and the way to one's own words. */
function FirstGoal() {
  const { data } = useData("/api/content/goal-templates");
  const ideas = data ? data.areas.map((area) => data.items.find((item) => item.area === area.key)).filter(Boolean).slice(0, IDEAS) : [];
  return html`<div class="empty"><h2>${t("goals.empty")}</h2><p>${t("goals.empty-text")}</p>
    <ul class="chips" aria-label=${t("goals.ideas")}>${ideas.map((idea) => html`<li key=${idea.key}>
      <${Button} href=${`#/goal-add?area=${idea.area}&template=${idea.key}`}>${idea.title}<//></li>`)}</ul>
    <${Button} kind="main" href="#/goal-add">${t("goals.add")}<//></div>`;
}

function List({ items }) {
  if (!items.length) return html`<${FirstGoal} />`;
  const active = items.filter((goal) => goal.lifecycle === "active");
  return html`${active.length ? html`<ul class="list">${active.map((goal) => html`<${GoalCard} key=${goal.id} goal=${goal} />`)}</ul>`
    : html`<p>${t("goals.all-resting")}</p>`}
    ${RESTING.map((lifecycle) => html`<${Resting} key=${lifecycle} lifecycle=${lifecycle} goals=${items.filter((goal) => goal.lifecycle === lifecycle)} />`)}
    <div class="buttons"><${Button} kind="main" href="#/goal-add">${t("goals.add")}<//></div>`;
}

/** The list of a person's goals. */
export default function Goals() {
  const goals = useGoals();
  return html`<${Page} title=${t("goals.title")} lede=${t("goals.lede")} name=${t("nav.goals")}>
    <${Loaded} of=${goals}>${({ items }) => html`<${List} items=${items} />`}<//>
  <//>`;
}
