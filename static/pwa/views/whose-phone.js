/** Setting up, one question a page: whose phone, what name, which PIN; then the invite is used. */
import { useState } from "../vendor/preact.js";
import { api, choose, settings, signedIn, t } from "../core.js";
import { Button, go, html, Icon, invite, Page } from "../ui.js";
import { ErrorSummary, Field, RadioRows, useForm } from "../forms.js";
import { PinField } from "../pin.js";
import { codeTrouble } from "./parts/joining.js";

const Back = ({ to }) => html`<button type="button" class="button plain" onClick=${to}><span class="row"><${Icon} name="back" />${t("nav.back")}</span></button>`;

const Step = ({ n, title, lede, back, form, onNext, busy, action, children }) => html`
  ${back && html`<${Back} to=${back} />`}
  <${Page} title=${title} lede=${lede} kicker=${t("phone.step", { n })} back=${back ? null : "#/welcome"}>
    <form novalidate onSubmit=${(event) => { event.preventDefault(); onNext(); }}><${ErrorSummary} errors=${form.errors} />${children}
      <div class="buttons"><${Button} kind="main" type="submit" busy=${busy} busyWord=${t("newpin.busy")}>${action}<//></div></form><//>`;

function Whose({ given, next }) {
  const form = useForm({ phone: given.phone });
  const on = () => form.check({ phone: !form.values.phone && t("phone.missing") }) && next(form.values);
  return html`<${Step} n=${1} title=${t("phone.title")} form=${form} onNext=${on} action=${t("phone.next")}>
    <${RadioRows} ...${form.bind("phone")} legend=${t("phone.title")} hideLegend
      options=${["own", "shared"].map((value) => ({ value, label: t(`phone.${value}`), hint: t(`phone.${value}-means`) }))} /><//>`;
}

function Name({ given, next, back }) {
  const form = useForm({ name: given.name });
  const on = () => form.check({ name: !form.values.name.trim() && t("name.missing") }) && next({ name: form.values.name.trim() });
  return html`<${Step} n=${2} title=${t("name.title")} form=${form} onNext=${on} back=${back} action=${t("phone.next")}>
    <${Field} ...${form.bind("name")} label=${t("name.label")} hint=${t("name.hint")} maxlength="60" autocomplete="nickname" /><//>`;
}

function Pin({ given, back }) {
  const form = useForm({ pin: "", again: "" });
  const [busy, setBusy] = useState(false);
  const [dead, setDead] = useState(false);
  const start = async () => {
    const { pin, again } = form.values;
    const fine = form.check({ pin: !/^\d{6}$/.test(pin) && t("newpin.missing"), again: pin.length === 6 && pin !== again && t("newpin.differ") });
    if (!fine || busy) return;
    setBusy(true);
    const reply = await api("POST", "/api/accounts/invites/redeem", { code: invite.value, name: given.name, pin, phone: given.phone });
    setBusy(false);
    if (!reply.ok) {
      setDead(reply.status === 404);
      const fields = (reply.problem && reply.problem.fields) || {};
      if (Object.keys(fields).length) form.refuse(reply.problem);
      else form.setErrors({ "": codeTrouble({ ...reply.problem, status: reply.status }) });
      return;
    }
    invite.value = "";
    choose({ phone: given.phone });
    await signedIn(reply.body);
    go("/today", true);
  };
  return html`<${Step} n=${3} title=${t("newpin.title")} lede=${t("newpin.lede")} form=${form} onNext=${start} back=${back} busy=${busy} action=${t("newpin.do")}>
    <${PinField} ...${form.bind("pin")} label=${t("newpin.first")} fresh />
    <${PinField} ...${form.bind("again")} label=${t("newpin.again")} hint=${t("newpin.again-hint")} fresh />
    ${dead && html`<p><a class="tap" href="#/welcome?code" onClick=${() => { invite.value = ""; }}>${t("welcome.another")}</a></p>`}
    <p class="meta">${t("newpin.forgot")}</p><//>`;
}

export default function WhosePhone() {
  const [begun] = useState(!!invite.value);
  const [step, to] = useState(0);
  const [given, set] = useState({ phone: settings.value.phone || null, name: "" });
  const next = (answers) => {
    set({ ...given, ...answers });
    to(step + 1);
  };
  const back = () => to(step - 1);
  if (!begun) {
    return html`<${Page} title=${t("phone.no-code")}><p>${t("phone.no-code-text")}</p>
      <div class="buttons"><${Button} kind="main" href="#/welcome?code">${t("phone.no-code-do")}<//></div><//>`;
  }
  const View = [Whose, Name, Pin][step];
  return html`<${View} key=${step} given=${given} next=${next} back=${back} />`;
}
