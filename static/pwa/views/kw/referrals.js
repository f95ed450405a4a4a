/** What a person asked this keyworker to refer them to, and the answer: done, or not possible and why. */
import { useState } from "../../vendor/preact.js";
import { api, t } from "../../core.js";
import { Button, Card, html, Pill, toast, useData } from "../../ui.js";
import { ErrorSummary, RadioRows, TextArea, useForm } from "../../forms.js";
import { failure, lines, sayMoment, Trouble } from "./parts.js";

const MOST = 300;
const ANSWERS = ["completed", "rejected"];
const TONES = { requested: "clay", completed: "leaf", rejected: "sky" };

const Row = ({ name, children }) => html`<div><dt>${t(name)}</dt><dd>${children}</dd></div>`;

function Answer({ path, of, name, done }) {
  const form = useForm({ state: of.state === "requested" ? null : of.state, answer: of.answer });
  const [busy, setBusy] = useState(false);
  const [state, answer] = [`${of.id}-state`, `${of.id}-answer`];
  const send = async (event) => {
    event.preventDefault();
    const words = form.values.answer.trim();
    const needs = form.values.state === "rejected" && !words;
    if (busy || !form.check({ [state]: !form.values.state && t("kwask.what-missing"), [answer]: needs && t("kwask.words-missing") })) return;
    setBusy(true);
    const reply = await api("PUT", `${path}/${of.id}/answer`, { state: form.values.state, answer: words });
    setBusy(false);
    if (!reply.ok) return void form.setErrors({ "": failure({ ...reply.problem, status: reply.status }) });
    toast(t("kwask.sent", { name }));
    done();
  };
  return html`<form class="gap no-print" novalidate onSubmit=${send}><${ErrorSummary} errors=${form.errors} />
    <${RadioRows} id=${state} legend=${t("kwask.what")} error=${form.errors[state]} value=${form.values.state} onInput=${(value) => form.set("state", value)}
      options=${ANSWERS.map((value) => ({ value, label: t(`kwask.${value}`) }))} />
    <${TextArea} id=${answer} label=${t("kwask.words")} hint=${t("kwask.words-hint")} rows=${2} max=${MOST} maxlength=${MOST} error=${form.errors[answer]}
      value=${form.values.answer} onInput=${(value) => form.set("answer", value)} />
    <div class="buttons"><${Button} kind="main" type="submit" busy=${busy}>${t("kwask.send")}<//></div></form>`;
}

function One({ path, of, name, reload }) {
  const [open, setOpen] = useState(false);
  const answered = of.state !== "requested";
  const done = () => { setOpen(false); reload(); };
  return html`<li><${Card}><div class="row"><h3 class="txt">${of.service_name}</h3><${Pill} tone=${TONES[of.state]}>${t(`kwask.${of.state}`)}<//></div>
    <dl class="summary-list"><${Row} name="kwask.phone">${of.phone ? html`<a href=${`tel:${of.phone.replace(/[^\d+]/g, "")}`}>${of.phone}</a>` : t("kwask.no-phone")}<//>
      <${Row} name="kwask.note">${of.note ? lines(of.note) : t("kwask.none")}<//><${Row} name="kwask.asked">${sayMoment(of.asked_at)}<//>
      ${answered && html`<${Row} name="kwask.answer">${of.answer ? lines(of.answer) : t(`kwask.${of.state}`)}<p class="meta">${sayMoment(of.answered_at)}</p><//>`}</dl>
    ${answered && !open ? html`<${Button} kind="plain" onClick=${() => setOpen(true)}>${t("kwask.change")}<//>`
      : html`<${Answer} path=${path} of=${of} name=${name} done=${done} />`}<//></li>`;
}

/** Nothing stands here while nothing was asked: it is no list to be worked off. */
export function Referrals({ id, name }) {
  const path = `/api/review/people/${id}/referrals`;
  const found = useData(path);
  // Nothing from an earlier look: what was asked then may have been taken back.
  if (found.problem && found.problem.status !== 404) return html`<${Trouble} of=${found} />`;
  if (found.loading || !found.data || !found.data.items.length) return null;
  return html`<section><h2>${t("kwask.title")}</h2><p class="meta">${t("kwask.by", { name })}</p>
    <ul class="list gap">${found.data.items.map((one) => html`<${One} key=${one.id} path=${path} of=${one} name=${name} reload=${found.reload} />`)}</ul></section>`;
}
