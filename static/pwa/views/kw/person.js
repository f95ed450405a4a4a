/** One person: what they share, the agreed review day, goals, check-ins, plan. Each look is written down for them. */
import { useState } from "../../vendor/preact.js";
import { api, sayDay, t, today } from "../../core.js";
import { Button, Card, html, Loaded, Page, Pill, Skeleton, toast, useData, Wrong } from "../../ui.js";
import { Chips, Field, useForm } from "../../forms.js";
import { Stones } from "../../parts.js";
import { Chart } from "../../chart.js";
import { failure, GonePage, Trouble } from "./parts.js";
import { Plan } from "./plan.js";
import { Referrals } from "./referrals.js";

const DAYS = [14, 30, 90];

/** A part of the page with its own loading and failing. */
const Part = ({ title, of, children }) => html`<section><h2>${title}</h2>
  ${of.problem && of.data === undefined ? html`<${Trouble} of=${of} />` : html`<${Loaded} of=${of} blocks=${1}>${children}<//>`}</section>`;

function Goals({ id, name }) {
  const goals = useData(`/api/review/people/${id}/goals`);
  return html`<${Part} title=${t("person.goals")} of=${goals}>${({ items }) => (items.length ? html`<ul class="list">${items.map((goal) => html`<li key=${goal.id}><${Card}>
      <div class="row"><h3 class="txt"><a class="back" href=${`#/people/${id}/goals/${goal.id}`}>${goal.title}</a></h3>
        ${goal.lifecycle !== "active" && html`<${Pill} tone="sky">${t(`life.${goal.lifecycle}`)}<//>`}</div>
      ${goal.steps.length > 0 && html`<${Stones} done=${goal.steps.filter((step) => step.done_on).length} all=${goal.steps.length}
        say=${t("kwgoal.steps-n", { done: goal.steps.filter((step) => step.done_on).length, all: goal.steps.length })} />`}<//></li>`)}</ul>`
    : html`<p>${t("person.goals-none", { name })}</p>`)}<//>`;
}

function Wellbeing({ id }) {
  const [of, setOf] = useState("mood");
  const [days, setDays] = useState(14);
  const trend = useData(`/api/review/people/${id}/wellbeing?of=${of}&days=${days}`);
  const questions = useData("/api/content/check-in").data?.questions || [];
  const options = questions.length ? questions.map(({ key }) => ({ value: key, label: t(`of.${key}`) })) : [{ value: "mood", label: t("of.mood") }];
  const asked = questions.find((question) => question.key === of);
  const words = asked ? Object.fromEntries(asked.options.map(({ value, word }) => [value, word]))
    : Object.fromEntries([1, 2, 3, 4, 5].map((value) => [value, t(`face.${value}`)]));
  return html`<${Part} title=${t("person.wellbeing")} of=${trend}>${(data) => html`<${Card}>
    <div class="stack"><${Chips} label=${t("person.of")} options=${options} value=${of} onInput=${(value) => value && setOf(value)} />
      <${Chips} label=${t("person.days")} options=${DAYS.map((n) => ({ value: n, label: t("person.days-n", { n }) }))} value=${days} onInput=${(value) => value && setDays(value)} />
      <div class="gap"><${Chart} title=${asked ? asked.title : t("of.mood")} points=${data.points} sentence=${data.sentence} words=${words} /></div></div><//>`}<//>`;
}

function Plans({ id, name }) {
  const plans = useData(`/api/review/people/${id}/plan`);
  // Nothing from an earlier look: what was shared then may not be shared now.
  return html`<${Part} title=${t("person.plan")} of=${plans.loading ? { loading: true } : plans}>${({ items }) => html`
    <p class="meta">${t("kwplan.by", { name })}</p>
    ${items.length ? html`<ul class="list gap">${items.map((plan) => html`<li key=${plan.id}><${Plan} plan=${plan} name=${name} /></li>`)}</ul>`
    : html`<p>${t("person.plan-none", { name })}</p>`}`}<//>`;
}

function Review({ id, name, on }) {
  const form = useForm({ on: on || "" });
  const [agreed, setAgreed] = useState(on);
  const put = async (day) => {
    const reply = await api("PUT", `/api/review/people/${id}/next-review`, { on: day });
    if (!reply.ok) return form.setErrors({ on: (reply.problem.fields && reply.problem.fields.on) || failure({ ...reply.problem, status: reply.status }) });
    const before = agreed;
    form.setErrors({});
    form.set("on", reply.body.on || "");
    setAgreed(reply.body.on);
    if (before !== reply.body.on) toast(t("person.review-saved", { name }), () => put(before));
    return undefined;
  };
  const save = (event) => {
    event.preventDefault();
    if (form.check({ on: !form.values.on && t("person.review-missing") })) put(form.values.on);
  };
  return html`<${Card} title=${t("person.review")}><p>${agreed ? t("person.review-is", { when: sayDay(agreed, "date") }) : t("person.review-none")}</p>
    <form class="gap" novalidate onSubmit=${save}><${Field} ...${form.bind("on")} type="date" narrow label=${t("person.review-on")} hint=${t("person.review-hint", { name })}
        min=${today()} />
      <div class="buttons">${agreed && html`<${Button} onClick=${() => put(null)}>${t("person.review-clear")}<//>`}
        <${Button} kind="main" type="submit">${t("person.review-save")}<//></div></form><//>`;
}

export default function Person({ params: { id } }) {
  const person = useData(`/api/review/people/${id}`);
  const { data, problem } = person;
  if (!data) {
    if (problem && problem.status === 404) return html`<${GonePage} />`;
    return html`<${Page} title=${t("person.name")} back="#/caseload">${problem && !person.loading ? html`<${Wrong} problem=${problem} again=${person.reload} />` : html`<${Skeleton} />`}<//>`;
  }
  const { name, scopes } = data;
  const has = (scope) => scopes.includes(scope);
  const what = scopes.map((scope) => t(`scope.${scope}`).toLowerCase()).join(", ");
  return html`<${Page} key="there" title=${name} name=${t("person.name")} back="#/caseload" lede=${t("person.shares", { name, what })}>
    <p class="meta">${t("person.until", { when: sayDay(data.until, "date"), name })} ${t("person.logged", { name })}</p>
    <div class="cols"><div class="stack">${has("goals") && html`<${Goals} id=${id} name=${name} />`}
        ${has("wellbeing") && html`<${Wellbeing} id=${id} />`}</div>
      <div class="stack"><${Referrals} id=${id} name=${name} /><${Review} key=${data.next_review_on} id=${id} name=${name} on=${data.next_review_on} />
        ${has("plan") && html`<${Plans} id=${id} name=${name} />`}
        <p><${Button} onClick=${() => print()}>${t("person.print")}<//></p></div></div>
  <//>`;
}
