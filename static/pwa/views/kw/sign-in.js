/** A keyworker signs in with user name and password; pasting and password managers are welcome. */
import { useEffect, useState } from "../../vendor/preact.js";
import { api, me, signedIn, t } from "../../core.js";
import { Button, go, html, Page } from "../../ui.js";
import { ErrorSummary, Field, useForm } from "../../forms.js";

const target = (to) => (/^\/[\w/-]*$/.test(to || "") ? to : "/caseload");

export default function SignIn({ query }) {
  const form = useForm({ username: "", password: "" });
  const [busy, setBusy] = useState(false);
  const [open, show] = useState(false);
  useEffect(() => { if (me.value && me.value.role !== "person") go(target(query.to), true); }, [me.value]);
  const enter = async (event) => {
    event.preventDefault();
    const { username, password } = form.values;
    const fine = form.check({ username: !username.trim() && t("kwin.username-missing"), password: !password && t("kwin.password-missing") });
    if (!fine || busy) return;
    setBusy(true);
    const reply = await api("POST", "/api/accounts/staff/sign-in", { username: username.trim(), password });
    setBusy(false);
    if (reply.ok) {
      await signedIn(reply.body);
      go(target(query.to), true);
    } else if (reply.status === 0) form.setErrors({ "": t("kwin.offline") });
    else form.refuse({ ...reply.problem, detail: reply.problem.detail || t("kwin.failed") });
  };
  return html`<div class="narrow-page"><${Page} title=${t("kwin.title")} lede=${t("kwin.lede")}>
    <form novalidate onSubmit=${enter}><${ErrorSummary} errors=${form.errors} />
      <${Field} ...${form.bind("username")} label=${t("kwin.username")} autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="80" />
      <${Field} ...${form.bind("password")} label=${t("kwin.password")} type=${open ? "text" : "password"} autocomplete="current-password" maxlength="128" />
      <div class="buttons"><${Button} aria-pressed=${open ? "true" : "false"} aria-controls="password" onClick=${() => show(!open)}>${t(open ? "kwin.hide" : "kwin.show")} ${t("kwin.password").toLowerCase()}<//>
        <${Button} kind="main" type="submit" busy=${busy} busyWord=${t("kwin.busy")}>${t("kwin.do")}<//></div></form>
    <p class="gap"><a class="tap" href="/">${t("kwin.person")}</a></p><//></div>`;
}
