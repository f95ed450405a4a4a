/** One service as an admin looks after it: hide or show it, put it right, settle what people report. */
import { useState } from "../../vendor/preact.js";
import { api, sayDay, t } from "../../core.js";
import { Button, Card, html, Page, toast, useData } from "../../ui.js";
import { ErrorSummary, Field, TextArea, useForm } from "../../forms.js";
import { BASE, failure, One, State } from "./admin.js";

const LONG = ["description", "alert", "eligibility_description", "application_process", "fees"];
const ORDER = ["name", "description", "phone", "email", "url", "alert", "eligibility_description", "application_process",
  "fees", "minimum_age", "maximum_age", "status", "assured_date"];
const HINTS = ["assured_date", "status"];
const MOST = 4000;

function Correct({ one, act }) {
  const form = useForm({ ...one.fields });
  const [busy, setBusy] = useState(false);
  const save = async (event) => {
    event.preventDefault();
    if (busy) return;
    const changed = Object.fromEntries(ORDER.filter((name) => form.values[name] !== one.fields[name]).map((name) => [name, form.values[name]]));
    if (!Object.keys(changed).length) return void form.setErrors({ "": t("adm.save-nothing") });
    form.setErrors({});
    setBusy(true);
    const reply = await act("PUT", "corrections", "adm.saved", changed, true);
    setBusy(false);
    if (reply.ok) return;
    if (reply.problem && reply.problem.fields && Object.keys(reply.problem.fields).length) form.refuse(reply.problem);
    else form.setErrors({ "": failure(reply) });
  };
  const hint = (name) => [one.corrected.includes(name) && t("adm.ours"), HINTS.includes(name) && t(`adm.h.${name}`)].filter(Boolean).join(" ");
  return html`<section class="column"><h2>${t("adm.correct")}</h2><p>${t("adm.correct-hint")}</p>
    <form class="gap" novalidate onSubmit=${save}><${ErrorSummary} errors=${form.errors} />
      ${ORDER.map((name) => html`<${LONG.includes(name) ? TextArea : Field} key=${name} ...${form.bind(name)} label=${t(`adm.f.${name}`)} hint=${hint(name)}
        rows=${name === "description" ? 6 : 2} max=${MOST} maxlength=${MOST} autocomplete="off" />`)}
      <div class="buttons"><${Button} kind="main" type="submit" busy=${busy} busyWord=${t("adm.saving")}>${t("adm.save")}<//>
        ${one.corrected.length > 0 && html`<${Button} onClick=${() => act("DELETE", "corrections", "adm.uncorrected")} busyWord=${t("adm.uncorrecting")}>${t("adm.uncorrect")}<//>`}</div></form></section>`;
}

const Reports = ({ one, act }) => one.reports.length > 0 && html`<${Card} tone="honey" title=${t("adm.reports-here")}>
  <ul>${one.reports.map((report) => html`<li key=${report.reason}>${t("adm.report-n", { n: report.times, what: t(`adm.why.${report.reason}`), when: sayDay(report.last_on, "date") })}</li>`)}</ul>
  <div class="buttons start"><${Button} onClick=${() => act("DELETE", "reports", "adm.settled")} busyWord=${t("adm.settling")}>${t("adm.settle")}<//></div><//>`;

const Shown = ({ one, act }) => html`<${Card} title=${t("adm.state")}><p><${State} state=${one.state} /></p><p>${t(`adm.say.${one.state}`)}</p>
  <div class="buttons start">${one.hidden_at
    ? html`<${Button} key="show" kind="main" onClick=${() => act("DELETE", "hidden", "adm.show-did")} busyWord=${t("adm.showing")}>${t("adm.show")}<//>`
    : html`<${Button} key="hide" kind="danger" onClick=${() => act("PUT", "hidden", "adm.hide-did", {})} busyWord=${t("adm.hiding")}>${t("adm.hide")}<//>`}</div><//>`;

export default function Service({ params: { id } }) {
  const found = useData(`${BASE}/services/${id}`);
  const [wrong, setWrong] = useState("");
  const act = async (method, what, done, body, quiet) => {
    const reply = await api(method, `${BASE}/services/${id}/${what}`, body);
    setWrong(reply.ok || quiet ? "" : failure(reply));
    if (reply.ok) {
      toast(t(done));
      found.reload();
    }
    return reply;
  };
  return html`<${One} of=${found} name=${t("adm.service")} back="#/services">${(one) => html`
    <${Page} title=${one.name} kicker=${one.organisation || t("adm.service")} back="#/services">
      <p class="meta">${t("adm.source")}: <a class="tap" href=${`#/sources/${one.source_id}`}>${one.source}</a></p>
      ${wrong && html`<p class="error" role="alert">${wrong}</p>`}
      <div class="cards level gap"><${Shown} one=${one} act=${act} /><${Reports} one=${one} act=${act} /></div>
      <${Correct} key=${`${one.updated_at}${one.corrected}`} one=${one} act=${act} /><//>`}<//>`;
}
