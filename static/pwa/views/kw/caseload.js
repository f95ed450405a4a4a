/** The people who share something with this keyworker; ordered by agreed dates and names, never by a score. */
import { useState } from "../../vendor/preact.js";
import { addDays, instant, me, sayDay, sayTime, t, today } from "../../core.js";
import { Button, Empty, html, Loaded, Page, Pill, useData } from "../../ui.js";
import { Field } from "../../forms.js";
import { Sparkline } from "../../chart.js";
import { sayMoment } from "./parts.js";

const COLUMNS = ["person", "shares", "mood", "review", "looked"];
const SORTS = {
  person: (one) => one.name,
  review: (one) => one.next_review_on || "9999",
  looked: (one) => one.last_looked_at || "",
};

const inOrder = new Intl.Collator("en-GB", { numeric: true }).compare;

/** Which people a tile counts. */
const isOf = (which, one) => (which === "asks" ? one.asks > 0 : standing(one.next_review_on) === which);

/** How a review date stands today: due (in 7 days), past, undated or later. */
export function standing(on, now = today()) {
  if (!on) return "undated";
  if (on < now) return "past";
  return on <= addDays(now, 7) ? "due" : "later";
}

function sayTrend(values) {
  const given = values.filter((value) => value !== null);
  return t("cases.trend", { n: given.length, word: given.length ? t(`face.${given[given.length - 1]}`) : "" });
}

const Row = ({ one }) => html`<tr>
  <th scope="row"><a class="back" href=${`#/people/${one.person_id}`}>${one.name}</a>${one.asks > 0 && html` <${Pill} tone="clay">${t("cases.asks", { n: one.asks })}<//>`}</th>
  <td>${one.scopes.map((scope) => t(`scope.${scope}`)).join(", ")}</td>
  <td>${one.trend14 ? html`<${Sparkline} values=${one.trend14} say=${sayTrend(one.trend14)} />` : html`<span class="meta">${t("cases.no-trend")}</span>`}</td>
  <td>${one.next_review_on ? sayDay(one.next_review_on, "date") : html`<span class="meta">${t("cases.no-review")}</span>`}
    ${standing(one.next_review_on) === "past" && html` <${Pill} tone="honey">${t("cases.passed")}<//>`}</td>
  <td>${one.last_looked_at ? sayMoment(one.last_looked_at) : t("cases.never")}</td></tr>`;

function Table({ people, sort, setSort }) {
  const head = (column) => {
    if (!SORTS[column]) return html`<th scope="col">${t(`cases.${column}`)}</th>`;
    const on = sort.by === column;
    const press = () => setSort({ by: column, down: on && !sort.down });
    return html`<th scope="col" aria-sort=${on ? (sort.down ? "descending" : "ascending") : null}><button type="button" onClick=${press}>
      ${t(`cases.${column}`)}<span aria-hidden="true">${on ? (sort.down ? " ↓" : " ↑") : ""}</span></button></th>`;
  };
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${t("cases.table")}><table><caption class="hide">${t("cases.table")}</caption>
    <thead><tr>${COLUMNS.map(head)}</tr></thead><tbody>${people.map((one) => html`<${Row} key=${one.person_id} one=${one} />`)}</tbody></table></div>`;
}

const Tile = ({ n, name, on, onClick }) => html`<button type="button" class="tile" aria-pressed=${on ? "true" : "false"} onClick=${onClick}><b>${n}</b>${t(`cases.tile-${name}`, { n })}</button>`;

/** What was agreed, in numbers; a tile shows only those people, and everyone again when pressed twice. */
function Tiles({ people, which: shown, show }) {
  const count = (which) => people.filter((one) => isOf(which, one)).length;
  return html`<div class="tiles gap" role="group" aria-label=${t("cases.show")}>${["asks", "due", "past", "undated"].filter((which) => which === "due" || count(which) > 0)
    .map((which) => html`<${Tile} key=${which} n=${count(which)} name=${which} on=${which === shown}
      onClick=${() => show(which === shown ? null : which)} />`)}</div>`;
}

function Cases({ items, at, reload }) {
  const [text, setText] = useState("");
  const [which, show] = useState(null);
  const [sort, setSort] = useState({ by: "review", down: false });
  const key = SORTS[sort.by];
  const order = (a, b) => inOrder(key(a), key(b)) || inOrder(a.name, b.name);
  const words = text.trim().toLocaleLowerCase();
  const people = items.filter((one) => one.name.toLocaleLowerCase().includes(words) && (!which || isOf(which, one))).sort(order);
  if (sort.down) people.reverse();
  const clear = () => {
    setText("");
    show(null);
  };
  return html`<${Tiles} people=${items} which=${which} show=${show} />
    <div class="tools"><${Field} id="search" label=${t("cases.search")} type="search" value=${text} onInput=${setText} autocomplete="off" />
      ${which && html`<${Button} onClick=${clear}>${t("cases.clear")}<//>`}</div>
    <p class="hide" role="status">${t("cases.lede", { n: people.length })}</p>
    ${people.length ? html`<${Table} people=${people} sort=${sort} setSort=${setSort} />`
      : html`<p>${t("cases.none")}</p><div class="buttons"><${Button} onClick=${clear}>${t("cases.clear")}<//></div>`}
    <p class="row meta"><span>${t("cases.updated", { time: sayTime(instant(new Date(at)).slice(11)) })}</span>
      <${Button} kind="plain" onClick=${reload}>${t("cases.refresh")}<//></p>`;
}

export default function Caseload() {
  const cases = useData(me.value.role === "keyworker" ? "/api/review/people" : null); // an admin is on the way to another page
  const n = cases.data && cases.data.items.length;
  return html`<${Page} title=${t("cases.title")} lede=${n > 0 && t("cases.lede", { n })}>
    <p class="meta">${t("cases.rule")}</p>
    <${Loaded} of=${cases} blocks=${4}>${({ items }) => (items.length ? html`<${Cases} items=${items} at=${cases.at} reload=${cases.reload} />`
      : html`<${Empty} title=${t("cases.empty")} text=${t("cases.empty-text")} href="#/invites" action=${t("cases.invite")} />`)}<//>
  <//>`;
}
