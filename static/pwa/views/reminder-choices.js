/** When and in which words one plan reminds: several times before, again while nothing is said, neutral words. */
import { t } from "../core.js";
import { html, Button, Card, go, Loaded, Page } from "../ui.js";
import { Chips, ErrorSummary, Field, RadioRows, Switch, useForm } from "../forms.js";
import { pick, saveOne, useOne } from "./parts/one.js";
import { usePlans } from "./parts/plan-data.js";

const MINUTES = [120, 60, 30, 15, 0];
const LAST_CALL = 30;
const MOST_BEFORE = 4;
const TIMES = [0, 1, 2, 3, 5];
const EVERY = [5, 10, 15, 30, 60];
const PLAIN = ["plain_1", "plain_2", "plain_3"];
const MOST_OWN = 20;
const AN_AMOUNT = /\d\s*(mg|mcg|ug|g|ml|l|milli\w*|micro\w*|gram\w*|tab\w*|pill\w*|dose\w*)\b/i;

const sayBefore = (minutes) => (minutes === 0 ? t("before.0") : minutes % 60 ? t("before.minutes", { n: minutes }) : t("before.hours", { n: minutes / 60 }));

function Before({ before, hasHours, error, set }) {
  const minutes = before.filter(({ kind }) => kind === "minutes").map((one) => one.minutes);
  const evening = before.find(({ kind }) => kind === "evening_before");
  const last = before.find(({ kind }) => kind === "last_call");
  const change = (fresh, kinds) => set("before", [...before.filter(({ kind }) => !kinds.includes(kind)), ...fresh]);
  const options = [...new Set([...MINUTES, ...minutes])].sort((a, b) => b - a);
  return html`<fieldset class=${error ? "stack wrong" : "stack"} id="before" tabindex="-1"><legend><b>${t("before.title")}</b></legend>
      ${error && html`<p class="error">${error}</p>`}
      <${Chips} many label=${t("before.title")} value=${minutes} options=${options.map((value) => ({ value, label: sayBefore(value) }))}
        onInput=${(chosen) => change(chosen.map((one) => ({ kind: "minutes", minutes: one })), ["minutes"])} /></fieldset>
    <${Switch} id="evening" label=${t("before.evening")} hint=${t("before.evening-hint")} on=${Boolean(evening)}
      onInput=${(on) => change(on ? [{ kind: "evening_before", time: "20:00" }] : [], ["evening_before"])} />
    ${evening && html`<${Field} id="evening_time" type="time" narrow label=${t("before.evening-time")} value=${evening.time}
        onInput=${(time) => change([{ kind: "evening_before", time }], ["evening_before"])} />`}
    ${(hasHours || last) && html`<${Switch} id="last_call" label=${t("before.last")} hint=${t("before.last-hint", { n: (last || { minutes: LAST_CALL }).minutes })}
      on=${Boolean(last)} onInput=${(on) => change(on ? [{ kind: "last_call", minutes: LAST_CALL }] : [], ["last_call"])} />`}`;
}

function Again({ follow, set }) {
  const change = (changes) => set("follow_up", { ...follow, ...changes });
  const every = [...new Set([...EVERY, follow.every_minutes])].sort((a, b) => a - b);
  return html`<${RadioRows} id="again" legend=${t("again.title")} hint=${t("again.hint")} value=${follow.times} onInput=${(times) => change({ times })}
      options=${[...new Set([...TIMES, follow.times])].sort((a, b) => a - b).map((n) => ({ value: n, label: t("again.times", { n }) }))} />
    ${follow.times > 0 && html`<fieldset class="stack"><legend><b>${t("again.every")}</b></legend><${Chips} label=${t("again.every")}
      value=${follow.every_minutes} onInput=${(minutes) => minutes && change({ every_minutes: minutes })}
      options=${every.map((value) => ({ value, label: t("again.minutes", { n: value }) }))} /></fieldset>`}`;
}

function Words({ words, error, set }) {
  return html`<${RadioRows} id="words" legend=${t("own.title")} hint=${t("own.hint")} value=${words.kind}
      onInput=${(kind) => set("words", { ...words, kind })}
      options=${[...PLAIN, "own"].map((value) => ({ value, label: t(`own.${value}`), hint: value === "own" && t("own.own-hint") }))} />
    ${words.kind === "own" && html`<${Field} id="own" label=${t("own.text")} hint=${t("own.text-hint")} error=${error} value=${words.text}
        maxlength=${MOST_OWN} autocomplete="off" onInput=${(text) => set("words", { ...words, text })} />
      <${Card} tone="sky"><p>${t("own.seen")}</p><//>`}`;
}

function Choices({ id, stored, hasHours }) {
  const form = useForm(stored);
  const { values, errors, set } = form;
  async function submit(event) {
    event.preventDefault();
    const { before, words } = values;
    const own = (words.text || "").trim();
    const fine = form.check({
      before: (before.length > MOST_BEFORE && t("before.most", { most: MOST_BEFORE }))
        || (before.some(({ kind, time }) => kind === "evening_before" && !time) && t("before.evening-wrong")),
      own: words.kind === "own" && ((!own && t("own.missing")) || (AN_AMOUNT.test(own) && t("own.amount"))),
    });
    if (!fine) return undefined;
    const names = ["before", "follow_up", "words"];
    await saveOne(`/api/reminders/choices/${id}`, { ...pick(values, names), words: { ...words, text: words.kind === "own" ? own : "" } }, pick(stored, names));
    return go("/plan");
  }
  return html`<form novalidate class="stack" onSubmit=${submit}><${ErrorSummary} errors=${errors} />
    <${Before} before=${values.before} hasHours=${hasHours} error=${errors.before} set=${set} />
    <${Again} follow=${values.follow_up} set=${set} />
    <${Words} words=${values.words} error=${errors.own} set=${set} />
    <div class="buttons"><${Button} kind="main" type="submit">${t("do.save")}<//></div></form>`;
}

/** The page of one plan's reminders. */
export default function ReminderChoices({ params }) {
  const { id } = params;
  const stored = useOne(`/api/reminders/choices/${id}`);
  const plans = usePlans();
  const plan = plans.data && plans.data.items.find((one) => one.id === id);
  const hasHours = Boolean(plan && plan.place && Object.values(plan.place.hours).some((spans) => spans.length));
  return html`<${Page} title=${t("choices.title")} kicker=${plan && plan.title} lede=${t("choices.lede")} back="#/plan">
    <${Loaded} of=${stored} blocks=${2}>${(data) => html`<${Choices} key=${JSON.stringify(data)} id=${id} stored=${data} hasHours=${hasHours} />`}<//><//>`;
}
