/** Make or change a plan: one question a page, then everything to check. Back keeps the answers. */
import { useRef, useState } from "../vendor/preact.js";
import { t } from "../core.js";
import { html, Button, go, Loaded, Page } from "../ui.js";
import { ErrorSummary, useForm } from "../forms.js";
import { Place, checkPlace, withTypedDay } from "./parts/ask-place.js";
import { MissedShared, Product } from "./parts/ask-more.js";
import { checkDates, checkPart, Dates, Kind, Name, Part, Remind, Wordings } from "./parts/ask-rest.js";
import { checkRhythm, checkTimes, Days, Every, Times, withTyped } from "./parts/ask-rhythm.js";
import { draft, dropDraft, keepDraft } from "./parts/drafts.js";
import { Check } from "./parts/plan-check.js";
import { asDraft, blankPlan, KINDS, savePlan, usePlans, withKind, withPart } from "./parts/plan-data.js";

const first = (plan) => plan.phases[0];
const byDays = (plan) => KINDS[plan.kind].rhythm === "days";
const firstChange = (plan, change) => (changes) => change(withPart(plan, 0, changes));

/** Each question: its title, its page, what is wrong with the answer, and tidying before that is asked. */
const QUESTIONS = {
  kind: {
    title: () => t("ask.kind"), check: (plan) => ({ kind: !plan.kind && t("ask.kind-missing") }),
    view: ({ plan, errors, change }) => html`<${Kind} plan=${plan} errors=${errors} change=${({ kind }) => change(withKind(plan, kind))} />`,
  },
  rhythm: {
    title: (plan) => t(!byDays(plan) ? "ask.every" : KINDS[plan.kind].pharmacy ? "ask.days-go" : "ask.days"), check: (plan) => checkRhythm(plan, first(plan)),
    view: ({ plan, errors, change }) => (byDays(plan) ? html`<${Days} plan=${plan} part=${first(plan)} error=${errors.weekdays}
        change=${firstChange(plan, change)} />`
      : html`${plan.kind === "injection" && html`<${Product} plan=${plan} change=${change} />`}<${Every} part=${first(plan)} errors=${errors} titled=${plan.kind === "injection"} change=${firstChange(plan, change)} />`),
  },
  times: {
    title: () => t("ask.times"), check: (plan) => checkTimes(first(plan)), tidy: (plan) => withPart(plan, 0, withTyped(first(plan))),
    view: ({ plan, errors, change }) => html`<${Times} part=${first(plan)} errors=${errors} change=${firstChange(plan, change)} />`,
  },
  place: {
    title: () => t("ask.place"), lede: () => t("ask.place-lede"), check: checkPlace, tidy: withTypedDay, fits: (plan) => KINDS[plan.kind].place,
    view: ({ plan, errors, change }) => html`<${Place} plan=${plan} errors=${errors} change=${change} />`,
  },
  wordings: {
    title: () => t("ask.wordings"), lede: () => t("ask.wordings-lede"), fits: (plan) => KINDS[plan.kind].pharmacy,
    view: ({ plan, change }) => html`<${Wordings} plan=${plan} change=${change} />`,
  },
  dates: {
    title: (plan) => t(byDays(plan) ? "ask.start" : "ask.start-next"), check: checkDates,
    view: ({ plan, errors, change }) => html`<${Dates} plan=${plan} errors=${errors} change=${change} />`,
  },
  remind: { title: () => t("ask.remind"), view: ({ plan, change }) => html`<${Remind} plan=${plan} change=${change} />` },
  missed: { title: () => t("shared.title"), offWay: true, view: ({ plan, change }) => html`<${MissedShared} plan=${plan} change=${change} />` },
  name: { title: () => t("ask.name"), offWay: true, view: ({ plan, errors, change }) => html`<${Name} plan=${plan} errors=${errors}
      change=${change} />` },
};

/** The question of one further part. */
const partQuestion = (at, id) => ({
  title: () => t("ask.part"), lede: () => t("ask.part-lede"), offWay: true,
  check: (plan) => checkPart(plan, at), tidy: (plan) => withPart(plan, at, withTyped(plan.phases[at])),
  view: ({ plan, errors, change }) => html`<${Part} plan=${plan} at=${at} errors=${errors} changePart=${(changes) => change(withPart(plan, at, changes))} />
    ${at > 0 && html`<div><${Button} kind="plain" onClick=${() => {
      change({ phases: plan.phases.filter((_, i) => i !== at) });
      go(`/plan/${id}?step=check`, true);
    }}>${t("ask.part-remove")}<//></div>`}`,
});

const wayOf = (plan) => Object.keys(QUESTIONS).filter((name) => !QUESTIONS[name].offWay && (!plan.kind || !QUESTIONS[name].fits || QUESTIONS[name].fits(plan)));

/** Times and dates that cannot be read are not in the values at all: the browser only says so of the input. */
function unreadable(form) {
  const wrong = [...form.querySelectorAll("input[type=time], input[type=date]")].filter(({ validity }) => !validity.valid);
  return Object.fromEntries(wrong.map(({ id, type }) => [id, t(type === "time" ? "ask.time-wrong" : "ask.closed-wrong")]));
}

/** Everything that is wrong with a plan, by the page it stands on. */
function allWrong(plan) {
  const inParts = plan.phases.length > 1 ? ["rhythm", "times"] : []; // then the rows say "Part 1", "Part 2"
  const found = wayOf(plan).filter((name) => QUESTIONS[name].check && !inParts.includes(name))
    .map((name) => [name, Object.values(QUESTIONS[name].check(plan)).find(Boolean)]);
  const parts = plan.phases.map((_, i) => [`part-${i}`, inParts.length > 0 && Object.values(checkPart(plan, i)).find(Boolean)]);
  return Object.fromEntries([...found, ...parts].map(([name, wrong]) => [`change-${name}`, wrong]));
}

function Ask({ id, step, fromCheck, stored }) {
  const name = `plan ${id}`;
  const [plan, setPlan] = useState(() => draft(name, stored ? asDraft(stored) : blankPlan()));
  const form = useForm({});
  const saved = useRef(false);
  const keep = (fresh) => { keepDraft(name, fresh); setPlan(fresh); };
  const change = (changes) => keep({ ...plan, ...changes });
  const way = wayOf(plan);
  const at = /^part-\d+$/.test(step) ? Number(step.slice(5)) : -1;
  const question = plan.phases[at] ? partQuestion(at, id) : QUESTIONS[step];
  const here = !plan.kind ? "kind" : question ? step : "check";
  const asked = here === "kind" ? QUESTIONS.kind : here !== "check" && question;
  const place = way.indexOf(here);
  const to = (next) => `/plan/${id}?step=${next}`;
  const before = place > 0 ? way[place - 1] : here === "check" && id === "new" ? way[way.length - 1] : "";
  const back = fromCheck ? `#${to("check")}` : before ? `#${to(before)}` : "#/plan";

  async function submit(event) {
    event.preventDefault();
    const tidied = asked && asked.tidy ? asked.tidy(plan) : plan;
    const wrong = asked ? { ...(asked.check ? asked.check(tidied) : {}), ...unreadable(event.currentTarget) } : allWrong(plan);
    if (!form.check(wrong)) return undefined;
    keep(tidied);
    if (asked) return go(to(fromCheck || place === way.length - 1 ? "check" : way[place + 1]));
    if (saved.current) return undefined;
    saved.current = true; // a second tap must not add it twice
    await savePlan(plan, stored);
    dropDraft(name);
    return go("/plan", true);
  }
  return html`<${Page} title=${asked ? asked.title(plan) : t("plan.check-title")} lede=${asked && asked.lede && asked.lede()} name=${t("plan.title")}
      back=${back}
      kicker=${place >= 0 && !fromCheck && t("plan.step", { n: place + 1, all: way.length })}>
    <form novalidate onSubmit=${submit}><${ErrorSummary} errors=${form.errors} />
      ${asked ? html`${asked.view({ plan, errors: form.errors, change })}<div class="buttons"><${Button} kind="main"
          type="submit">${t("next")}<//></div>`
        : html`<${Check} plan=${plan} id=${id} change=${change} done=${() => dropDraft(name)} />`}</form><//>`;
}

/** The page that fits the address: #/plan/new or #/plan/<id>, with ?step=…. */
export default function PlanEdit({ params, query }) {
  const { id } = params;
  const plans = usePlans();
  if (id === "new") return html`<${Ask} id="new" step=${query.step || "kind"} fromCheck=${query.from === "check"} />`;
  const stored = plans.data && plans.data.items.find((plan) => plan.id === id);
  if (stored) return html`<${Ask} key=${id} id=${id} step=${query.step || "check"} fromCheck=${query.from === "check"} stored=${stored} />`;
  const missing = plans.data && !plans.loading;
  return html`<${Page} title=${t(missing ? "plan.gone" : "plan.check-title")} back="#/plan"><${Loaded} of=${plans}>${() => missing
    && html`<p>${t("plan.gone-text")}</p><div class="buttons"><${Button} kind="main" href="#/plan">${t("plan.to-plan")}<//></div>`}<//><//>`;
}
