/** Sign in with the PIN on a phone that is set up. */
import { useEffect, useState } from "../vendor/preact.js";
import { api, choose, me, signedIn, t } from "../core.js";
import { Button, go, html, Page, Skeleton } from "../ui.js";
import { PinPad } from "../pin.js";
import { thisPhone } from "./parts/joining.js";

const Ways = () => html`<p class="meta gap">${t("signin.forgot")}</p>
  <p><a class="tap" href="#/welcome?code">${t("signin.code")}</a></p><p><a class="tap" href="/kw">${t("signin.staff")}</a></p>`;

/** Where to go next; only inside the app. */
const target = (to) => (/^\/[\w/?=&-]*$/.test(to || "") ? to : "/today");

function Enter({ phone, to }) {
  const [pin, setPin] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const enter = async (digits) => {
    if (busy) return;
    setBusy(true);
    const reply = await api("POST", "/api/accounts/sign-in", { pin: digits });
    if (reply.ok) {
      if (phone) choose({ phone: phone.phone });
      await signedIn(reply.body);
      go(target(to), true);
      return;
    }
    setBusy(false);
    setPin("");
    const { fields = {}, detail } = reply.problem;
    setWrong(reply.status === 0 ? t("signin.offline") : fields.pin || detail || t("signin.wrong"));
    const input = document.getElementById("pin");
    if (input) input.focus();
  };
  const submit = (event) => {
    event.preventDefault();
    if (pin.length === 6) enter(pin);
    else setWrong(t("newpin.missing"));
  };
  return html`<form novalidate onSubmit=${submit}>
    <div role="alert" class="hide">${wrong}</div>
    <${PinPad} label=${t("signin.pin")} value=${pin} onInput=${setPin} onFull=${enter} error=${wrong} aria-busy=${busy ? "true" : null} />
    <div class="buttons"><${Button} kind="main" type="submit" busy=${busy} busyWord=${t("signin.busy")}>${t("signin.do")}<//></div></form>`;
}

export default function SignIn({ query }) {
  const [phone, set] = useState(undefined);
  const [known, setKnown] = useState(false);
  useEffect(() => { thisPhone().then((found) => { set(found); setKnown(true); }); }, []);
  useEffect(() => { if (me.value) go(target(query.to), true); }, [me.value]);
  if (known && phone && !phone.enrolled) {
    return html`<${Page} title=${t("signin.new-phone")}><p>${t("signin.new-phone-text")}</p>
      <div class="buttons"><${Button} kind="main" href="#/welcome?code">${t("signin.new-phone-do")}<//></div>
      <p class="gap"><a class="tap" href="/kw">${t("signin.staff")}</a></p><//>`;
  }
  return html`<${Page} title=${t("signin.title")}>${known ? html`<${Enter} phone=${phone} to=${query.to} /><${Ways} />` : html`<${Skeleton} />`}<//>`;
}
