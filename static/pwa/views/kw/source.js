/** One source: approve it, refresh it, and see what was wrong with its records. */
import { useEffect, useRef, useState } from "../../vendor/preact.js";
import { api, t } from "../../core.js";
import { Banner, Button, Card, html, Page, Pill, toast, useData } from "../../ui.js";
import { BASE, clockOf, daysSince, failure, Figures, marks, One } from "./admin.js";
import { sayMoment } from "./parts.js";

const LOOK_MS = 3000;
const LONG_MS = 90000;
const busy = (one) => ["queued", "reading"].includes(one.refresh) || one.approval === "given";

/** Follow what the worker does while something is under way, and say when it is done. */
function useFollowed(one, reload) {
  const [news, say] = useState("");
  const [long, wait] = useState(false);
  const before = useRef(null);
  const under = busy(one);
  useEffect(() => {
    if (!under) return undefined;
    const started = Date.now();
    const timer = setInterval(() => {
      wait(Date.now() - started > LONG_MS);
      if (!document.hidden) reload();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [under]);
  useEffect(() => {
    const was = before.current;
    before.current = one;
    if (!was || !busy(was) || under) return;
    if (was.approval === "given") say(t("adm.approved-done"));
    else say(t(one.failure ? "adm.read-wrong" : "adm.read-done", { time: clockOf(one.tried_at) }));
  }, [one]);
  return { news, long };
}

function Refresh({ one, act, followed }) {
  const said = one.refresh === "nightly" ? t("adm.nightly", { when: sayMoment(one.refresh_at) })
    : t(one.refresh === "queued" && followed.long ? "adm.queued-long" : one.refresh === "by_hand" ? "adm.by-hand" : `adm.${one.refresh}`);
  return html`<p>${said}</p>${one.refresh === "nightly" && html`<div class="buttons start">
    <${Button} onClick=${() => act("refresh")} busyWord=${t("adm.refreshing")}>${t("adm.refresh")}<//></div>`}`;
}

const Approval = ({ one, act }) => one.approval === "waiting" && html`<${Card} tone="honey"><p>${t("adm.approve-ask", { n: one.waiting })}</p>
  <div class="buttons start"><${Button} kind="main" onClick=${() => act("approval")} busyWord=${t("adm.approving")}>${t("adm.approve")}<//></div><//>`;

const Rules = ({ one }) => one.older_rules && html`<${Card} tone="plum"><p>${t("adm.rules")}</p>
  <p>${t(one.refresh === "by_hand" ? "adm.rules-file" : "adm.rules-web")}</p>${one.refresh === "by_hand" && html`<p><code>${one.read_again}</code></p>`}<//>`;

function Notes({ one }) {
  const heads = ["note-what", "note-record", "note-field", "note-done"];
  if (!one.notes_total) return html`<p>${t("adm.notes-none")}</p>`;
  return html`<p>${one.notes.length < one.notes_total ? t("adm.notes-first", { first: one.notes.length, n: one.notes_total }) : t("adm.notes-n", { n: one.notes_total })}</p>
    <div class="scroll gap" role="region" tabindex="0" aria-label=${t("adm.notes")}><table><caption class="hide">${t("adm.notes")}</caption>
      <thead><tr>${heads.map((head) => html`<th scope="col" key=${head}>${t(`adm.${head}`)}</th>`)}</tr></thead>
      <tbody>${one.notes.map((note, line) => html`<tr key=${line}><th scope="row">${note.message}</th><td class="break">${note.record}</td>
        <td>${note.field}</td><td>${t(`adm.note.${note.level}`)}</td></tr>`)}</tbody></table></div>`;
}

const RUN = ["total", "new", "updated", "unchanged", "returned", "retired", "duplicates", "rejected"];

function Whole({ one, reload }) {
  const [wrong, setWrong] = useState("");
  const followed = useFollowed(one, reload);
  const act = async (what) => {
    const reply = await api("PUT", `${BASE}/sources/${one.id}/${what}`, {});
    setWrong(reply.ok ? "" : failure(reply));
    if (reply.ok && what === "approval") toast(t("adm.approved"));
    reload();
  };
  const facts = [["adm.from", one.source], ["adm.publisher", one.publisher], ["adm.licence", one.licence],
    ["adm.last", `${sayMoment(one.fetched_at)}, ${t("adm.age", { n: daysSince(one.fetched_at) })}`],
    one.tried_at && ["adm.last-try", sayMoment(one.tried_at)], ["adm.whole", t(one.complete ? "adm.yes" : "adm.no")]];
  const figures = [["adm.n-shown", one.services], ["adm.n-waiting", one.waiting], ["adm.n-retired", one.retired],
    ["adm.n-hidden", one.hidden], ["adm.n-corrected", one.corrected], ["adm.n-reports", one.reports]];
  const run = RUN.filter((name) => one.counts[name] !== undefined).map((name) => [`adm.r-${name}`, one.counts[name]]);
  return html`<${Page} title=${one.name} kicker=${t("adm.source")} back="#/sources">
    ${marks(one).length > 0 && html`<p class="row">${marks(one).map(([tone, words]) => html`<${Pill} key=${words} tone=${tone}>${words}<//>`)}</p>`}
    ${wrong && html`<p class="error" role="alert">${wrong}</p>`}
    <div role="status">${followed.news && html`<${Banner} tone=${one.failure ? "clay" : "sky"}><p>${followed.news}</p><//>`}</div>
    <div class="cols"><div class="stack">
        <${Approval} one=${one} act=${act} />${one.approval === "given" && html`<${Banner} tone="sky"><p>${t("adm.coming")}</p><//>`}
        ${one.failure && html`<${Card} tone="clay"><p>${t("adm.trouble", { why: one.failure })}</p><//>`}<${Rules} one=${one} />
        <${Card} title=${t("adm.refresh-title")}><${Refresh} one=${one} act=${act} followed=${followed} /><//>
        <section><h2>${t("adm.notes")}</h2><${Notes} one=${one} /></section></div>
      <div class="stack"><${Card} title=${t("adm.counts")}><${Figures} items=${figures} /><//>
        <${Card} title=${t("adm.run")}><${Figures} items=${run} /><//>
        <${Card} title=${t("adm.facts")}><${Figures} words items=${facts.filter((fact) => fact && fact[1])} /><//></div></div><//>`;
}

export default function Source({ params: { id } }) {
  const found = useData(`${BASE}/sources/${id}`);
  return html`<${One} of=${found} name=${t("adm.source")} back="#/sources">${(one) => html`<${Whole} key=${one.id} one=${one} reload=${found.reload} />`}<//>`;
}
