/** "Ask my keyworker to refer me": what they will see, word for word, before it is sent; and what became of it. */
import { useState } from "../../vendor/preact.js";
import { addWords, instant, me, newId, overlay, queued, save, sayDay, t } from "../../core.js";
import { Button, Card, html, toast, toastSaved, useData } from "../../ui.js";
import { RadioRows, TextArea } from "../../forms.js";
import { NOT_WATCHED } from "../../parts.js";
import words from "../../strings/en/refer.js";
import { focusSoon } from "./focus.js";

addWords(words);

export const REFERRALS = "/api/review/referrals";
const MOST = 300;

const Row = ({ name, children }) => html`<div><dt>${t(name)}</dt><dd class="said">${children}</dd></div>`;

/** The form: exactly what goes out, with room for a sentence. */
function Form({ service, people, done, close }) {
  const [who, setWho] = useState(people.length === 1 ? people[0].id : null);
  const [note, setNote] = useState("");
  const [error, setError] = useState("");
  const person = people.find((one) => one.id === who);
  const phone = service.phones.length > 0 && service.phones[0].number;
  const send = async (event) => {
    event.preventDefault();
    if (!person) return setError(t("refer.who-missing"));
    if (note.trim().length > MOST) return undefined; // the field says so itself
    const body = { keyworker_id: person.id, service_id: service.id, note: note.trim(), recorded_at: instant() };
    const { undo } = await save("PUT", `${REFERRALS}/${newId()}`, body);
    toastSaved(undo);
    return done();
  };
  return html`<form id="ask" class="gap" tabindex="-1" novalidate onSubmit=${send} aria-labelledby="ask-title"><h3 id="ask-title">${t("refer.sees", { who: person ? person.name : t("refer.your-keyworker") })}</h3>
    ${people.length > 1 && html`<${RadioRows} id="ask-who" legend=${t("refer.who")} error=${error} value=${who} onInput=${setWho}
      options=${people.map(({ id, name }) => ({ value: id, label: name }))} />`}
    <dl class="summary-list"><${Row} name="refer.service">${service.name}<//><${Row} name="refer.phone">${phone || t("refer.no-phone")}<//></dl>
    <${TextArea} id="ask-note" label=${t("refer.note")} hint=${t("refer.note-hint")} rows=${3} max=${MOST} maxlength=${MOST} value=${note} onInput=${setNote} />
    <p class="meta">${NOT_WATCHED}</p>
    <div class="buttons"><${Button} kind="plain" onClick=${close}>${t("nav.back")}<//>
      <${Button} kind="main" type="submit">${person ? t("refer.send", { who: person.name }) : t("refer.send-plain")}<//></div></form>`;
}

/** One request: who was asked and when, the words that went along, the answer. */
export function Asked({ of, children }) {
  const when = (at) => sayDay(instant(new Date(at)), "short");
  const { who, note, state, answer } = of;
  return html`<p>${of.asked_at ? t("refer.asked", { who, when: when(of.asked_at) }) : t("refer.unsent", { who })}</p>
    ${note && html`<p class="meta said">${t("refer.said", { note })}</p>`}
    ${state && html`<p><b>${t(`refer.${state}`, { who })}</b></p>`}
    ${answer && html`<p class="said">${answer}</p>`}${of.answered_at && html`<p class="meta">${t("refer.by", { who, when: when(of.answered_at) })}</p>`}${children}`;
}

/** Take a request back, sent or not; what was sent and not answered can be put back by asking again. */
async function takeBack({ id }) {
  await save("DELETE", `${REFERRALS}/${id}`);
  focusSoon("asked");
  toast(t("refer.taken-back"));
}

/** The part of a service's page; nothing where nobody is signed in or nothing is shared. */
export function AskToRefer({ service }) {
  const grants = useData(me.value ? "/api/sharing/grants" : null).data;
  const known = useData(me.value ? REFERRALS : null).data;
  const [open, setOpen] = useState(false);
  const people = grants ? grants.items.map((grant) => grant.keyworker) : [];
  const name = (id) => (people.find((one) => one.id === id) || { name: t("refer.your-keyworker") }).name;
  const mine = overlay(known && known.items, REFERRALS).filter((one) => one.service_id === service.id)
    .map((one) => ({ who: name(one.keyworker_id), ...one }));
  const refused = queued.value.find((one) => one.state === "attention" && one.path.startsWith(REFERRALS) && one.body && one.body.service_id === service.id);
  if (!people.length && !mine.length && !refused) return null;
  const pending = mine.some(({ state }) => !state || state === "requested");
  const to = (next) => { setOpen(next); focusSoon(next ? "ask" : "asked"); };
  return html`<${Card} title=${t("refer.title")}><div id="asked" tabindex="-1">
    ${refused && html`<p class="error">${refused.problem.detail || t("refer.refused")} <a class="tap" href="#/waiting">${t("attention.see")}</a></p>`}
    ${mine.map((one) => html`<div class="stack gap" key=${one.id}><${Asked} of=${one}>
      <p><${Button} kind="plain" onClick=${() => takeBack(one)}>${t("refer.take-back")}<//></p><//></div>`)}</div>
    ${people.length > 0 && (open ? html`<${Form} service=${service} people=${people} done=${() => to(false)} close=${() => to(false)} />`
      : !pending && html`${!mine.length && html`<p>${t("refer.text")}</p>`}<div class="buttons"><${Button} onClick=${() => to(true)}>${t(mine.length ? "refer.again" : "refer.do")}<//></div>`)}<//>`;
}
