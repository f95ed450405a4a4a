/** One shared goal as its owner wrote it, and the place for a comment. */
import { useState } from "../../vendor/preact.js";
import { api, newId, sayDay, t } from "../../core.js";
import { Button, Card, html, Page, Skeleton, toast, useData, Wrong } from "../../ui.js";
import { ErrorSummary, TextArea, useForm } from "../../forms.js";
import { Stones } from "../../parts.js";
import { failure, GonePage, lines, sayMoment } from "./parts.js";

const MOST = 1000;

const Fact = ({ name, children }) => html`<div><dt>${t(name)}</dt><dd>${children || t("kwgoal.not-said")}</dd></div>`;

function Facts({ goal }) {
  const levels = useData("/api/content/goal-levels").data?.items || [];
  const level = levels.find((one) => one.key === goal.level);
  return html`<${Card} title=${t("kwgoal.facts")}><dl class="summary-list">
    <${Fact} name="kwgoal.level-kw">${level && html`${level.title}<br /><span class="meta">${level.clinical_label}</span>`}<//>
    <${Fact} name="kwgoal.state-kw">${t(`life.${goal.lifecycle}`)}<//>
    <${Fact} name="kwgoal.target-kw">${goal.target_on && sayDay(goal.target_on, "date")}<//>
    <${Fact} name="kwgoal.sure-kw">${goal.confidence !== null && t("kwgoal.sure-n", { n: goal.confidence })}<//>
    <${Fact} name="kwgoal.updated">${sayMoment(goal.updated_at)}<//></dl><//>`;
}

function Comments({ id, goal, name, reload }) {
  const form = useForm({ text: "" });
  const [busy, setBusy] = useState(false);
  const [commentId, nextId] = useState(newId); // kept over a lost answer, so that sending again makes no second comment
  const send = async (event) => {
    event.preventDefault();
    const text = form.values.text.trim();
    if (busy || !form.check({ text: !text && t("comment.missing") })) return;
    setBusy(true);
    const reply = await api("POST", `/api/review/people/${id}/goals/${goal.id}/comments`, { id: commentId, text });
    setBusy(false);
    if (reply.status === 409) nextId(newId());
    if (!reply.ok) {
      const { fields = {} } = reply.problem;
      form.setErrors(Object.keys(fields).length ? fields : { "": failure({ ...reply.problem, status: reply.status }) });
      return;
    }
    nextId(newId());
    form.set("text", "");
    toast(t("comment.sent", { name }));
    reload();
  };
  return html`<section><h2>${t("comment.title")}</h2>
    ${goal.comments.length ? html`<ul class="list">${goal.comments.map((comment) => html`<li key=${comment.id}><${Card} tone="plum">${lines(comment.text)}
        <p class="meta">${t("comment.by", { who: comment.who, when: sayMoment(comment.at) })}</p><//></li>`)}</ul>` : html`<p>${t("comment.none")}</p>`}
    <form class="gap" novalidate onSubmit=${send}><${ErrorSummary} errors=${form.errors} />
      <${TextArea} ...${form.bind("text")} label=${t("comment.label")} hint=${t("comment.hint", { name })} max=${MOST} maxlength=${MOST} />
      <p>${t("comment.limit")}</p>
      <div class="buttons"><${Button} kind="main" type="submit" busy=${busy} busyWord=${t("comment.sending")}>${t("comment.send")}<//></div></form></section>`;
}

const Steps = ({ goal }) => goal.steps.length > 0 && html`<${Card} title=${t("kwgoal.steps-title")}>
  <${Stones} done=${goal.steps.filter((step) => step.done_on).length} all=${goal.steps.length}
    say=${t("kwgoal.steps-n", { done: goal.steps.filter((step) => step.done_on).length, all: goal.steps.length })} />
  <dl class="summary-list">${goal.steps.map((step) => html`<div key=${step.id}><dt>${step.title}</dt>
    <dd>${step.done_on ? t("kwgoal.step-done", { when: sayDay(step.done_on, "date") }) : t("kwgoal.step-open")}</dd></div>`)}</dl><//>`;

export default function Goal({ params: { id, goal: goalId } }) {
  const person = useData(`/api/review/people/${id}`);
  const found = useData(`/api/review/people/${id}/goals/${goalId}`);
  const problem = found.problem || person.problem;
  if (!found.data || !person.data) {
    if (problem && problem.status === 404) return html`<${GonePage} />`;
    return html`<${Page} title=${t("kwgoal.kw-title")} back=${`#/people/${id}`}>${problem && !found.loading ? html`<${Wrong} problem=${problem} again=${found.reload} />` : html`<${Skeleton} />`}<//>`;
  }
  const { name } = person.data;
  const goal = found.data;
  return html`<${Page} key="there" title=${goal.title} name=${t("kwgoal.kw-title")} kicker=${name} back=${`#/people/${id}`}>
    <div class="cols"><div class="stack">
        ${goal.why && html`<${Card} title=${t("kwgoal.why")}>${lines(goal.why)}<//>`}
        <${Steps} goal=${goal} /><${Comments} id=${id} goal=${goal} name=${name} reload=${found.reload} /></div>
      <div class="stack"><${Facts} goal=${goal} /></div></div><//>`;
}
