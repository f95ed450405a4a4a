/** "Something here is wrong": a reason to choose, no words and no name; it goes to those who keep the directory. */
import { useState } from "../../vendor/preact.js";
import { api, t } from "../../core.js";
import { Button, html } from "../../ui.js";
import { focusSoon } from "./focus.js";

const REASONS = ["closed", "moved", "phone", "hours", "not_taken", "other"];

export function SomethingWrong({ id }) {
  const [step, set] = useState("");
  const to = (next) => { set(next); focusSoon("wrong"); };
  const say = (reason) => async () => {
    const { ok } = await api("POST", `/api/directory/services/${id}/reports`, { reason });
    to(ok ? "sent" : "failed");
  };
  if (!step) return html`<${Button} kind="plain" onClick=${() => to("asked")}>${t("wrong-here.ask")}<//>`;
  if (step === "sent") return html`<p id="wrong" tabindex="-1" role="status">${t("wrong-here.sent")}</p>`;
  return html`<div id="wrong" tabindex="-1" role="group" aria-labelledby="wrong-asked"><h2 id="wrong-asked">${t("wrong-here.what")}</h2>
    <p class="meta">${t("wrong-here.note")}</p>
    ${step === "failed" && html`<p role="alert">${t("wrong-here.failed")}</p>`}
    <div class="buttons">${REASONS.map((reason) => html`<${Button} key=${reason} onClick=${say(reason)}>${t(`wrong-here.${reason}`)}<//>`)}</div>
    <${Button} kind="plain" onClick=${() => set("")}>${t("nav.back")}<//></div>`;
}
