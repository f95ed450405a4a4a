/** The steps of one goal: tick, remove, add. */
import { newId, t } from "../../core.js";
import { html, Button } from "../../ui.js";
import { ErrorSummary, Field, TickRow, useForm } from "../../forms.js";
import { Stones } from "../../parts.js";
import { focusSoon } from "./focus.js";
import { changeGoal, stepsDone, tickStep } from "./goal-data.js";

const MOST_STEPS = 20;

const Step = ({ goal, step }) => {
  const remove = () => changeGoal(goal, ({ steps }) => ({ steps: steps.filter((other) => other.id !== step.id) })).then(() => focusSoon("steps-title"));
  return html`<li class="row"><div class="txt"><${TickRow} id=${`step-${step.id}`} label=${step.title} checked=${!!step.done_on}
      onInput=${(done) => tickStep(goal, step.id, done)} /></div>
    <${Button} kind="plain" aria-label=${t("goal.step-remove-of", { title: step.title })} onClick=${remove}>${t("goal.step-remove")}<//></li>`;
};

/** Steps with their stones and a line to add one more. */
export function Steps({ goal }) {
  const form = useForm({ step: "" });
  const full = goal.steps.length >= MOST_STEPS;
  async function add(event) {
    event.preventDefault();
    const title = form.values.step.trim();
    if (!form.check({ step: !title && t("goal.step-missing") })) return;
    form.set("step", "");
    await changeGoal(goal, ({ steps }) => ({ steps: [...steps, { id: newId(), title, done_on: null }] }));
  }
  const done = stepsDone(goal);
  return html`<section class="card" aria-labelledby="steps-title"><h2 class="small" id="steps-title" tabindex="-1">${t("goal.steps")}</h2>
    ${goal.steps.length > 0 && html`<${Stones} done=${done} all=${goal.steps.length} say=${t("goals.steps", { done, all: goal.steps.length })} />`}
    <ul>${goal.steps.map((step) => html`<${Step} key=${step.id} goal=${goal} step=${step} />`)}</ul>
    ${goal.steps.length > 0 && done === goal.steps.length && html`<p class="meta">${t("goal.all-done")}</p>`}
    ${full ? html`<p class="hint">${t("goal.step-most")}</p>` : html`<form novalidate onSubmit=${add}><${ErrorSummary} errors=${form.errors} />
      <div class="row"><div class="txt"><${Field} ...${form.bind("step")} label=${t("goal.step-new")} maxlength="120" autocomplete="off" /></div>
        <${Button} type="submit">${t("goal.step-add")}<//></div></form>`}</section>`;
}
