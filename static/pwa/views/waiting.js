/** What this phone has not sent yet, and what the server did not take: edit it, try again, or throw it away. */
import { useState } from "../vendor/preact.js";
import { attention, flush, instant, queue, queued, save, sayDay, sayTime, t, waiting } from "../core.js";
import { Button, Card, Empty, html, Page, toast } from "../ui.js";
import { TextArea } from "../forms.js";

/** What an entry is called, and the screen where it can be changed. */
function nameOf({ method, path, body }) {
  const id = path.slice(-36);
  const given = (body && body.title) || "";
  const kinds = [
    ["/api/wellbeing/check-ins/", t("kind.check-in"), method === "PUT" && `#/check-in?id=${id}`],
    ["/api/wellbeing/answers/", t("kind.answers"), ""],
    ["/api/goals/", given ? t("kind.goal", { title: given }) : t("kind.goal-plain"), method === "PUT" && `#/goals/${id}/edit`],
    ["/api/treatment/plans/", given ? t("kind.plan", { title: given }) : t("kind.plan-plain"), method === "PUT" && `#/plan/${id}`],
    ["/api/review/referrals/", t("kind.referral"), ""],
    ["/api/reminders/", t("kind.reminder"), `#/reminders/${path.split("/")[3]}`],
    ["/api/accounts/devices/", t("kind.device"), ""],
  ];
  const [, words, href] = kinds.find(([start]) => path.startsWith(start)) || ["", t("kind.other"), ""];
  return { what: method === "DELETE" && !path.includes("/devices/") ? t("kind.delete", { what: words }) : words, href };
}

const when = ({ body }) => {
  if (!body || !body.recorded_at) return "";
  const local = instant(new Date(body.recorded_at));
  return `${sayDay(local, "short")}, ${sayTime(local.slice(11))}`;
};

/** Fields that the server named and that are plain text can be mended right here. */
const mendable = ({ body, problem }) => Object.keys((problem && problem.fields) || {}).filter((name) => body && typeof body[name] === "string"
  && !/(_at|_on|id)$/.test(name));

async function drop(entry) {
  if (!(await queue.drop(entry.id))) return;
  await flush();
  toast(t("waiting.dropped"), () => save(entry.method, entry.path, entry.body));
}

function Stuck({ entry }) {
  const { what, href } = nameOf(entry);
  const { problem } = entry;
  const clash = problem.status === 409 && problem.server && entry.path.startsWith("/api/goals/");
  const fields = mendable(entry);
  const [changes, change] = useState({});
  const again = async (event) => {
    if (event) event.preventDefault();
    await queue.again(entry.id, changes);
    await flush(true);
  };
  const named = Object.entries(problem.fields || {}); // the server's own sentences, each at its field
  const others = named.filter(([name]) => !fields.includes(name));
  return html`<li><${Card} tone="clay"><h3>${what}</h3><p class="meta">${when(entry)}</p>
    ${!named.length && html`<p>${problem.detail || t("waiting.why")}</p>`}
    ${others.map(([, sentence]) => html`<p>${sentence}</p>`)}
    ${fields.length > 0 && html`<form novalidate onSubmit=${again}>${fields.map((name) => html`<${TextArea} key=${name} id=${`${entry.id}-${name}`}
        label=${t("waiting.field")} rows=${3} error=${problem.fields[name]} value=${changes[name] ?? entry.body[name]}
        onInput=${(value) => change({ ...changes, [name]: value })} />`)}
      <div class="buttons"><${Button} kind="main" type="submit">${t("waiting.save")}<//></div></form>`}
    <div class="buttons">
      <${Button} kind="plain" onClick=${() => drop(entry)} aria-label=${t("waiting.drop-which", { what })}>${t("waiting.drop")}<//>
      ${clash ? html`<${Button} href=${`#/goals/${entry.path.slice(-36)}`}>${t("waiting.choose")}<//>`
        : html`${href && html`<${Button} href=${href}>${t("waiting.open")}<//>`}
          ${!fields.length && html`<${Button} onClick=${() => again()} busyWord=${t("waiting.sending")}>${t("waiting.again")}<//>`}`}</div><//></li>`;
}

const Waits = ({ entry }) => html`<li><${Card}><div class="row"><div class="txt"><h3>${nameOf(entry).what}</h3><p class="meta">${when(entry)}</p></div>
  <${Button} kind="plain" onClick=${() => drop(entry)} aria-label=${t("waiting.drop-which", { what: nameOf(entry).what })}>${t("waiting.drop")}<//></div><//></li>`;

export default function Waiting() {
  const [still, setStill] = useState(false);
  const stuck = attention.value;
  const rest = queued.value.filter((entry) => entry.state === "waiting");
  const sendNow = async () => {
    setStill(false);
    await flush(true);
    setStill(waiting.value > 0);
  };
  return html`<${Page} title=${t("waiting.title")} lede=${rest.length > 0 && t("waiting.lede")} back="#/you">
    ${!stuck.length && !rest.length && html`<${Empty} title=${t("waiting.none")} text=${t("waiting.none-text")} href="#/today" action=${t("waiting.today")} />`}
    ${stuck.length > 0 && html`<h2>${t("waiting.needs")}</h2><p>${t("waiting.needs-text")}</p>
      <ul class="list">${stuck.map((entry) => html`<${Stuck} key=${entry.id} entry=${entry} />`)}</ul>`}
    ${rest.length > 0 && html`<h2>${t("waiting.rest")}</h2><ul class="list">${rest.map((entry) => html`<${Waits} key=${entry.id} entry=${entry} />`)}</ul>
      <p role="status">${still && t("waiting.still")}</p>
      <div class="buttons"><${Button} kind="main" onClick=${sendNow} busyWord=${t("waiting.sending")}>${t("waiting.send")}<//></div>`}
  <//>`;
}
