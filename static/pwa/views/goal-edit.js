/** Change the words of a goal, its kind and its date; or delete it for good. */
import { useState } from "../vendor/preact.js";
import { save, t } from "../core.js";
import { html, Button, go, Loaded, Page, toast } from "../ui.js";
import { ErrorSummary, Field, TextArea, useForm } from "../forms.js";
import { Sheet } from "../parts.js";
import { draft, dropDraft, useKeptDraft } from "./parts/drafts.js";
import { changeGoal, GOALS, useGoals } from "./parts/goal-data.js";
import { LevelChoice } from "./parts/levels.js";

function Remove({ goal }) {
  const [sure, ask] = useState(false);
  async function remove() {
    await save("DELETE", `${GOALS}/${goal.id}`);
    toast(t("goal.deleted"));
    go("/goals", true);
  }
  return html`<div class="buttons"><${Button} kind="danger" onClick=${() => ask(true)}>${t("goal.delete")}<//></div>
    <${Sheet} open=${sure} onClose=${() => ask(false)} title=${t("goal.delete-sure")}><p>${t("goal.delete-text")}</p>
      <${Button} kind="danger" onClick=${remove}>${t("goal.delete-do")}<//><//>`;
}

function Form({ goal }) {
  const name = `goal-edit ${goal.id}`;
  const form = useForm(draft(name, { title: goal.title, why: goal.why, level: goal.level, target_on: goal.target_on || "" }));
  useKeptDraft(name, form.values);
  async function submit(event) {
    event.preventDefault();
    const { title, why, level, target_on: target } = form.values;
    const unreadable = document.getElementById("target_on").validity.badInput;
    if (!form.check({ title: !title.trim() && t("goal.title-missing"), target_on: unreadable && t("goal.target-wrong") })) return;
    await changeGoal(goal, () => ({ title: title.trim(), why: why.trim(), level, target_on: target || null }));
    dropDraft(name);
    go(`/goals/${goal.id}`, true);
  }
  return html`<form novalidate onSubmit=${submit}><${ErrorSummary} errors=${form.errors} />
      <${Field} ...${form.bind("title")} label=${t("goal.title")} hint=${t("goal.title-hint")} maxlength="120" autocomplete="off" />
      <${TextArea} ...${form.bind("why")} label=${t("goal.why")} hint=${t("goal.why-hint")} />
      <${LevelChoice} ...${form.bind("level")} folded=${true} />
      <${Field} ...${form.bind("target_on")} type="date" narrow label=${t("goal.target")} hint=${t("goal.target-hint")} min="2000-01-01"
          max="2100-12-31" />
      <div class="buttons"><${Button} kind="main" type="submit">${t("do.save")}<//></div></form>
    <${Remove} goal=${goal} />`;
}

/** The page that changes a goal. */
export default function GoalEdit({ params }) {
  const goals = useGoals();
  const goal = goals.data && goals.data.items.find((one) => one.id === params.id);
  return html`<${Page} title=${t("edit.title")} back=${`#/goals/${params.id}`}>
    <${Loaded} of=${goals}>${() => (goal ? html`<${Form} goal=${goal} />` : !goals.loading && html`<p>${t("goal.gone")}</p>
      <div class="buttons"><${Button} kind="main" href="#/goals">${t("goal.to-goals")}<//></div>`)}<//><//>`;
}
