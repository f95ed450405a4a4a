/** Who sees what: one card for each keyworker something is shared with, and the start of a new sharing. */
import { useEffect, useState } from "../vendor/preact.js";
import { addDays, api, instant, newId, online, sayDay, t, today } from "../core.js";
import { Button, Card, html, Loaded, Page, toast, toastSaved, useData } from "../ui.js";
import { ErrorSummary, RadioRows, Switch, useForm } from "../forms.js";
import { NOT_WATCHED, Sheet } from "../parts.js";

const GRANTS = "/api/sharing/grants";
const SCOPES = ["goals", "wellbeing", "plan"];
const PHARMACY = ["supervised", "collection"];
const SOON = 30;
const HALF_YEAR = 183;

/** What sharing something means. With a plan go missed collections, if the person chose that on it. */
const meansOf = (scope, missed) => t(scope === "plan" && missed ? "share.plan-missed" : `share.${scope}-means`);

/** What went wrong, in a sentence that says that nothing changed. */
const failure = (problem) => (problem.status === 0 ? t("share.offline") : problem.detail || t("share.failed"));

const put = (grant, changes) => {
  const { keyworker, scopes, until } = { ...grant, ...changes };
  return api("PUT", `${GRANTS}/${grant.id}`, { keyworker_id: keyworker.id, scopes, until });
};

function Shared({ grant, reload, later, missed }) {
  const { name } = grant.keyworker;
  const [wrong, setWrong] = useState("");
  const [sure, ask] = useState(false);
  const [shown, show] = useState(grant.scopes); // what was tapped stands at once, and falls back if it could not be done
  useEffect(() => show(grant.scopes), [grant]);
  const change = async (changes, say) => {
    setWrong("");
    const reply = await put(grant, changes);
    if (!reply.ok) {
      show(grant.scopes);
      return setWrong(failure(reply.problem));
    }
    say(reply.body);
    return reload();
  };
  const toggle = (scope, on) => {
    const scopes = SCOPES.filter((one) => (one === scope ? on : shown.includes(one)));
    if (!scopes.length) return ask(true); // nothing left to see: that is stopping
    show(scopes);
    return change({ scopes }, () => toastSaved(() => put(grant, {}).then(reload)));
  };
  const longer = () => {
    const until = instant(new Date(Date.now() + HALF_YEAR * 864e5));
    return change({ until }, (saved) => toast(t("share.longer-done", { when: sayDay(saved.until, "date") })));
  };
  const stop = async () => {
    setWrong("");
    const reply = await api("DELETE", `${GRANTS}/${grant.id}`);
    ask(false);
    if (!reply.ok && reply.status !== 404) return setWrong(failure(reply.problem));
    toast(t("share.stopped", { name }));
    return reload();
  };
  return html`<${Card} title=${t("share.with", { name })}>
    ${wrong && html`<p class="error" role="alert">${wrong}</p>`}
    ${SCOPES.map((scope) => html`<${Switch} key=${scope} id=${`${grant.id}-${scope}`} label=${t(`share.${scope}`)} hint=${meansOf(scope, missed)}
      on=${shown.includes(scope)} onInput=${(on) => toggle(scope, on)} />`)}
    <p class="meta">${t("share.until", { when: sayDay(grant.until, "date") })}</p>
    <div class="buttons">${grant.until.slice(0, 10) <= later && html`<${Button} onClick=${longer}>${t("share.longer")}<//>`}
      <${Button} kind="danger" onClick=${() => ask(true)} aria-label=${t("share.stop-with", { name })}>${t("share.stop")}<//></div>
    <${Sheet} open=${sure} onClose=${() => ask(false)} title=${t("share.stop-title", { name })}><p>${t("share.stop-text", { name })}</p>
      <div class="buttons"><${Button} kind="danger" onClick=${stop}>${t("share.stop")}<//></div><//>
  <//>`;
}

/** The first step: who, and what. Nothing is on before the person turns it on. */
function Start({ people, others, reload, missed }) {
  const form = useForm({ who: people.length === 1 ? people[0].id : null, scopes: [] });
  const [id, nextId] = useState(newId); // kept over a failed try, so that a second press makes no second sharing
  const { who, scopes } = form.values;
  const start = async (event) => {
    event.preventDefault();
    if (!form.check({ who: !who && t("share.who-missing"), "start-goals": !scopes.length && t("share.what-missing") })) return;
    const person = people.find((one) => one.id === who);
    const reply = await put({ id, keyworker: person, scopes, until: null }, {});
    if (!reply.ok) return void form.setErrors({ "": failure(reply.problem) });
    nextId(newId());
    toast(t("share.started", { name: person.name }));
    reload();
  };
  const toggle = (scope, on) => form.set("scopes", SCOPES.filter((one) => (one === scope ? on : scopes.includes(one))));
  return html`<h2>${t(others ? "share.new-other" : "share.new")}</h2>
    <form novalidate onSubmit=${start}><${ErrorSummary} errors=${form.errors} />
      <${RadioRows} id="who" legend=${t("share.who")} error=${form.errors.who} value=${who} onInput=${(value) => form.set("who", value)}
        options=${people.map((one) => ({ value: one.id, label: one.name }))} />
      <fieldset class=${`rows ${form.errors["start-goals"] ? "wrong" : ""}`}><legend>${t("share.what")}</legend>
        ${form.errors["start-goals"] && html`<p class="error">${form.errors["start-goals"]}</p>`}
        ${SCOPES.map((scope) => html`<${Switch} key=${scope} id=${`start-${scope}`} label=${t(`share.${scope}`)} hint=${meansOf(scope, missed)}
          on=${scopes.includes(scope)} onInput=${(on) => toggle(scope, on)} />`)}</fieldset>
      <div class="buttons"><${Button} kind="main" type="submit">${t("share.start")}<//></div></form>`;
}

export default function Sharing() {
  const grants = useData(GRANTS);
  const keyworkers = useData("/api/sharing/keyworkers").data;
  const plans = useData("/api/treatment/plans").data;
  const missed = Boolean(plans) && plans.items.some((plan) => plan.missed_shared && PHARMACY.includes(plan.kind));
  const later = addDays(today(), SOON);
  const free = (items) => (keyworkers ? keyworkers.items : []).filter((one) => !items.some((grant) => grant.keyworker.id === one.id));
  return html`<${Page} title=${t("share.title")} lede=${t("share.lede")} back="#/you">
    <p>${NOT_WATCHED}</p><p class="gap">${t("share.notes")}</p>
    <p><a class="tap" href="#/who-looked">${t("share.see-looks")}</a></p>
    <${Loaded} of=${grants}>${({ items }) => html`
      ${!items.length && html`<div class="empty"><h2>${t("share.none")}</h2><p>${t("share.none-text")}</p></div>`}
      <div class="stack">${items.map((grant) => html`<${Shared} key=${grant.id} grant=${grant} reload=${grants.reload} later=${later} missed=${missed} />`)}</div>
      ${free(items).length > 0 && html`<${Start} key=${items.length} people=${free(items)} others=${items.length > 0} reload=${grants.reload} missed=${missed} />`}
      ${keyworkers && !keyworkers.items.length && html`<p>${t("share.nobody")}</p>`}
      ${!online.value && html`<p>${t("share.offline")}</p>`}`}<//>
  <//>`;
}
