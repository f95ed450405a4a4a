/** Add a goal: what it is about, an idea or own words, then the details with the first small steps. */
import { useRef } from "../vendor/preact.js";
import { newId, t } from "../core.js";
import { html, Button, go, Loaded, Page, useData } from "../ui.js";
import { ErrorSummary, Field, TextArea, useForm } from "../forms.js";
import { addGoal } from "./parts/goal-data.js";
import { draft, dropDraft, useKeptDraft } from "./parts/drafts.js";
import { LevelChoice, useLevelsKnown, WIDEST_LEVEL } from "./parts/levels.js";

const MOST_STEPS = 20;
const FEWEST_FIELDS = 2;

const Choice = ({ href, children }) => html`<li><${Button} href=${href}>${children}<//></li>`;

function Areas({ areas }) {
  return html`<${Page} title=${t("add.area")} lede=${t("add.area-lede")} name=${t("add.title")} back="#/goals">
    <ul class="chips">${areas.map((area) => html`<${Choice} key=${area.key} href=${`#/goal-add?area=${area.key}`}>${area.title}<//>`)}</ul>
    <div class="buttons"><${Button} kind="plain" href="#/goal-add?own=1">${t("add.own")}<//></div><//>`;
}

function Ideas({ area, items }) {
  return html`<${Page} kicker=${area.title} title=${t("add.pick")} name=${t("add.title")} back="#/goal-add">
    <ul class="stack">${items.map((item) => html`<${Choice} key=${item.key} href=${`#/goal-add?area=${area.key}&template=${item.key}`}>${item.title}<//>`)}</ul>
    <div class="buttons"><${Button} kind="plain" href=${`#/goal-add?own=1&area=${area.key}`}>${t("add.own")}<//></div><//>`;
}

const blankSteps = (titles) => [...titles, ...Array(Math.max(0, FEWEST_FIELDS - titles.length)).fill("")];

function Details({ area, template, name }) {
  const start = { title: template ? template.title : "", why: "", level: template ? template.level : null, steps: blankSteps(template ? template.steps : []) };
  const form = useForm(draft(name, start));
  const { values } = form;
  const levelsKnown = useLevelsKnown();
  const saved = useRef(false);
  useKeptDraft(name, values);
  const setStep = (at, text) => form.set("steps", values.steps.map((step, i) => (i === at ? text : step)));
  async function submit(event) {
    event.preventDefault();
    const title = values.title.trim();
    const fine = form.check({
      title: !title && t("goal.title-missing"),
      level: levelsKnown && !values.level && t("goal.level-missing"),
    });
    if (!fine || saved.current) return;
    saved.current = true; // a second tap must not add it twice
    await addGoal({
      id: newId(), title, why: values.why.trim(), level: values.level || WIDEST_LEVEL,
      template: template ? template.key : null, area: area ? area.key : null,
      steps: values.steps.map((step) => step.trim()).filter(Boolean).map((step) => ({ id: newId(), title: step, done_on: null })),
      target_on: null, confidence: null, lifecycle: "active", shared: false,
    });
    dropDraft(name);
    go("/goals", true);
  }
  return html`<${Page} kicker=${area && area.title} title=${t("add.details")} name=${t("add.title")}
      back=${area ? `#/goal-add?area=${area.key}` : "#/goal-add"}>
    <form novalidate onSubmit=${submit}><${ErrorSummary} errors=${form.errors} />
      <${Field} ...${form.bind("title")} label=${t("goal.title")} hint=${t("goal.title-hint")} maxlength="120" autocomplete="off" />
      <fieldset class="stack" aria-describedby="steps-hint"><legend><b>${t("goal.first-steps")}</b></legend>
        <p class="hint" id="steps-hint">${t("goal.first-steps-hint")}</p>
        ${values.steps.map((step, i) => html`<${Field} key=${i} id=${`step-${i}`} label=${t("goal.step-n", { n: i + 1 })} value=${step}
          onInput=${(text) => setStep(i, text)} maxlength="120" autocomplete="off" />`)}
        ${values.steps.length < MOST_STEPS ? html`<${Button} kind="plain" onClick=${() => form.set("steps", [...values.steps, ""])}>${t("goal.step-more")}<//>`
          : html`<p class="hint">${t("goal.step-most")}</p>`}</fieldset>
      <${TextArea} ...${form.bind("why")} label=${t("goal.why")} hint=${template ? template.why_hint : t("goal.why-hint")} rows="2" />
      <${LevelChoice} ...${form.bind("level")} folded=${!!template} />
      <div class="buttons"><${Button} kind="main" type="submit">${t("add.save")}<//></div></form><//>`;
}

/** The way that fits the address: ?area=…&template=… or ?own=1. */
export default function GoalAdd({ query }) {
  const templates = useData("/api/content/goal-templates");
  const { areas, items } = templates.data || { areas: [], items: [] };
  const area = areas.find((one) => one.key === query.area);
  const template = items.find((item) => item.key === query.template);
  const name = `goal-add ${query.area || ""} ${query.template || ""}`;
  if (template || query.own) return html`<${Details} key=${template ? template.key : ""} area=${area} template=${template} name=${name} />`;
  if (area) return html`<${Ideas} area=${area} items=${items.filter((item) => item.area === area.key)} />`;
  if (templates.data) return html`<${Areas} areas=${areas} />`;
  return html`<${Page} title=${t("add.area")} name=${t("add.title")} back="#/goals">
    ${templates.problem && html`<p>${t("add.no-ideas")}</p><div class="buttons"><${Button} kind="main"
        href="#/goal-add?own=1">${t("add.own")}<//></div>`}
    <${Loaded} of=${templates}>${() => null}<//><//>`;
}
