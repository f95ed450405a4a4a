/** Reminders in a calendar: a private address that any calendar can read, and a file to download. A second way, without push. */
import { useState } from "../vendor/preact.js";
import { api, online, sayDay, t, today } from "../core.js";
import { html, Button, Card, Page, toast, useData } from "../ui.js";
import { Field } from "../forms.js";
import { Sheet } from "../parts.js";

const PATH = "/api/records/calendar";

function Address({ url }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      toast(t("calendar.copied"));
    } catch (error) {
      document.getElementById("address").select(); // the phone does not let us: then the person can
      toast(t("calendar.copy-by-hand"));
    }
  };
  return html`<${Card} tone="leaf" title=${t("calendar.made")}><div class="stack"><p>${t("calendar.made-text")}</p>
    <${Field} id="address" label=${t("calendar.address")} value=${url} readonly onInput=${() => {}} />
    <div class="buttons"><${Button} kind="main" onClick=${copy}>${t("calendar.copy")}<//></div></div><//>`;
}

/** The page of the calendar. */
export default function Calendar() {
  const [url, show] = useState("");
  const [sure, ask] = useState(false);
  const [wrong, say] = useState("");
  const known = useData(PATH);
  const madeAt = known.data && known.data.made_at;
  const call = async (method) => {
    say("");
    const reply = await api(method, PATH, method === "POST" ? {} : undefined);
    if (!reply.ok) say(t(online.value ? "calendar.wrong" : "calendar.offline"));
    return reply;
  };
  const make = async () => {
    const { ok, body } = await call("POST");
    if (!ok) return;
    show(body.url);
    known.reload();
  };
  const stop = async () => {
    ask(false);
    const { ok } = await call("DELETE");
    if (!ok) return;
    show("");
    known.reload();
    toast(t("calendar.stopped"));
  };
  return html`<${Page} title=${t("calendar.title")} lede=${t("calendar.lede")} back="#/reminders/settings"><div class="stack">
    <${Card} title=${t("calendar.shows")}><p>${t("calendar.shows-text")}</p><//>
    <div role="alert">${wrong && html`<p class="error">${wrong}</p>`}</div>
    ${url && html`<${Address} url=${url} />`}
    <p class="hint">${t("calendar.secret")}</p>
    ${madeAt && !url && html`<p>${t("calendar.since", { when: sayDay(today(new Date(madeAt)), "date") })}</p>`}
    <div class="buttons">${(madeAt || url) && html`<${Button} onClick=${() => ask(true)}>${t("calendar.stop")}<//>`}<${Button} kind=${url || madeAt ? "quiet" : "main"} busyWord=${t("loading")}
      onClick=${make}>${t(madeAt || url ? "calendar.make-new" : "calendar.make")}<//></div>
    <h2>${t("calendar.file")}</h2><p>${t("calendar.file-text")}</p>
    <div class="buttons"><${Button} href=${`${PATH}.ics`} download="planner.ics">${t("calendar.download")}<//></div></div>
    <${Sheet} open=${sure} onClose=${() => ask(false)} title=${t("calendar.stop-sure")}><p>${t("calendar.stop-text")}</p>
      <${Button} kind="danger" onClick=${stop}>${t("calendar.stop-do")}<//><//><//>`;
}
