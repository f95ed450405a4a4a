/** Find help: the numbers for now, then services near a place, then lines for the whole country. */
import { useEffect, useRef, useState } from "../vendor/preact.js";
import { api, choose, me, online, sayDay, settings, stamp, t, today, warm } from "../core.js";
import { Banner, Button, Empty, HelpStrip, html, Page, Skeleton, Wrong } from "../ui.js";
import { ErrorSummary, Field } from "../forms.js";
import { EMPTY, find, inMemory, keepFilters, keptFilters, lastList, NO_FILTERS, NO_TIMES, remember, roughPlace, saved, sayMiles, TIMES, wishes } from "./parts/directory.js";
import { ServiceCard } from "./parts/service-card.js";
import { Filters } from "./parts/service-filters.js";

const NATIONAL_SHOWN = 4;

/** Names of places that start like what is typed, for the list under the field. */
function usePlaces(text) {
  const [names, set] = useState([]);
  useEffect(() => {
    if (text.trim().length < 2 || !online.value) return undefined;
    const timer = setTimeout(async () => {
      const reply = await api("GET", `/api/directory/places?text=${encodeURIComponent(text.trim())}`);
      if (reply.ok) set(reply.body.items.slice(0, 8).map((item) => item.name));
    }, 300);
    return () => clearTimeout(timer);
  }, [text]);
  return names;
}

/** The search and what came of it. A later answer never gives way to an earlier one. */
function useSearch(topic) {
  const start = topic ? null : inMemory();
  const [search, setSearch] = useState(start ? start.search : { ...EMPTY, topic: topic || null });
  const [state, set] = useState(start ? { results: start.results } : { loading: true });
  const turn = useRef(0);
  const kept = useRef(null);
  const run = async (changes, page = 1) => {
    const mine = (turn.current += 1);
    // Who is faster than the phone's memory searches with what it kept, too.
    const next = { ...search, ...(kept.current ? await kept.current : {}), ...changes };
    kept.current = null;
    if (page === 1) {
      setSearch(next);
      if ("facts" in changes || "age" in changes) keepFilters(next);
      set((old) => ({ ...old, loading: true, problem: null, status: 0 }));
    }
    const reply = await find(next, page);
    if (mine !== turn.current) return;
    if (reply.ok && page > 1) {
      const [items, national, unsaid] = ["items", "national", "not_said"].map((name) => [...state.results[name], ...reply.body[name]]);
      const results = { ...state.results, page, items, national, not_said: unsaid };
      remember(next, results);
      set({ results });
    } else if (reply.ok) set({ results: reply.body });
    else if (reply.status === 0) {
      const last = await lastList(next.facts);
      if (mine === turn.current) set(last ? { results: last.results, at: last.at, past: last.search } : { offline: true });
    } else set((old) => ({ ...old, loading: false, problem: reply.problem, status: reply.status }));
  };
  // Only who is here says whether this phone keeps anything.
  const known = me.value !== undefined;
  useEffect(() => {
    if (start || !known || turn.current) return;
    kept.current = keptFilters();
    kept.current.then(() => { if (!turn.current) run({}); });
  }, [known]);
  return { search, run, ...state };
}

/** Nothing near: every filter that could be in the way can be taken off. */
const Widen = ({ search, run }) => html`<p>${t("find.none")}</p><div class="buttons">
  ${TIMES.some((name) => search[name]) && html`<${Button} onClick=${() => run(NO_TIMES)}>${t("find.all-hours")}<//>`}
  ${wishes(search).length > 0 && html`<${Button} onClick=${() => run(NO_FILTERS)}>${t("find.clear")}<//>`}
  ${search.topic && html`<${Button} onClick=${() => run({ topic: null })}>${t("find.all-topics")}<//>`}
  ${search.text && html`<${Button} onClick=${() => run({ text: "" })}>${t("find.no-words")}<//>`}</div>`;

function National({ results, search, run, past }) {
  const [all, show] = useState(false);
  // Lines that answer right now come first; the rest keeps the server's order.
  const rank = (card) => (card.open === "open" && card.phones.length ? 0 : card.open === "open" ? 1 : 2);
  const sorted = [...results.national].sort((a, b) => rank(a) - rank(b));
  const list = all ? sorted : sorted.slice(0, NATIONAL_SHOWN);
  const more = (past ? sorted.length : results.national_total) - list.length;
  const see = () => (list.length < sorted.length ? show(true) : run({}, results.page + 1));
  if (!list.length) return null;
  return html`<h2>${t("find.national")}</h2><ul class="list">${list.map((card) => html`<${ServiceCard} key=${card.id} card=${card} asked=${search} />`)}</ul>
    ${more > 0 && html`<div class="buttons"><${Button} onClick=${see} busyWord=${t("find.busy")}>${t("find.national-more", { n: more })}<//></div>`}`;
}

const isFiltered = (search) => wishes(search).length > 0 || TIMES.some((name) => search[name]);
const isAsked = (search, results) => !!(results && (results.near || search.topic || search.text || isFiltered(search)));

/** What says no to nothing that was asked, and does not say yes to all: kept apart, with what to do about it. */
function NotSaid({ search, results, marks }) {
  const { not_said: cards = [], not_said_total: n } = results;
  if (!cards.length) return null;
  return html`<h2>${t("find.not-said", { n })}</h2><p class="meta">${t("find.not-said-text")}</p>
    <${Cards} cards=${cards} search=${search} marks=${marks} />`;
}

const Cards = ({ cards, search, marks }) => html`<ul class="list">${cards.map((card) => html`<${ServiceCard} key=${`${card.id}${card.place?.name}`}
  card=${card} asked=${search} mark=${marks && marks.get(card)} />`)}</ul>`;

/** The map's own code, fetched when somebody wants a map: null before that and where it cannot be had. */
function useMap(on) {
  const [code, set] = useState(null);
  useEffect(() => {
    if (on && !code) import("./parts/service-map.js").then(set, (error) => console.warn("The map could not be loaded.", error.name));
  }, [on]);
  return on ? code : null;
}

/** What the distances are measured from, as far as that is a middle and not an exact spot. */
function sayMiddle({ near }, typed) {
  if (!typed) return t("find.from-you");
  const middle = near.approximate || !/\d/.test(near.name); // a town is measured from its middle
  return middle ? t("find.from", { place: near.name }) : "";
}

/** What was found; a list from earlier (`past`) offers nothing that would need the server. */
function Results({ search, results, run, past }) {
  const { items, total, near, within_km: km } = results;
  const asked = isAsked(search, results);
  const further = near && km && !past;
  const rest = (all, shown) => Math.min(all - shown.length, results.per_page);
  const left = past ? 0 : rest(total, items) + rest(results.not_said_total, results.not_said);
  const shown = [...items, ...(isFiltered(search) && results.not_said ? results.not_said : [])];
  const canMap = near && shown.some(({ place }) => place && place.lat !== null);
  const onMap = Boolean(canMap && settings.value.map);
  const map = useMap(onMap);
  const marks = map && map.marksOf(near, shown);
  const middle = near && sayMiddle(results, search.near);
  const title = !near ? t("find.anywhere", { n: total }) : t(search.near ? "find.near" : "find.near-you", { n: total, place: near.name });
  return html`<div class="hide" role="status">${asked && title}</div>
    ${asked && html`<h2 id="found" tabindex="-1">${title}</h2>
      ${!near && total > 0 && html`<p class="meta">${t("find.by-name")}</p>`}
      ${total === 0 && results.not_said_total > 0 && html`<p>${t("find.none-sure")}</p>`}
      ${total === 0 && !past && html`<${Widen} search=${search} run=${run} />`}
      ${middle && shown.length > 0 && html`<p class="meta">${middle}</p>`}
      ${canMap && html`<div class="buttons"><${Button} aria-expanded=${onMap ? "true" : "false"}
        onClick=${() => choose({ map: !onMap })}>${t(onMap ? "map.hide" : "map.show")}<//></div>`}
      ${marks && html`<${map.ServiceMap} near=${near} marks=${marks} place=${search.near ? near.name : t("map.you")} rough=${Boolean(middle)} />`}
      <${Cards} cards=${items} search=${search} marks=${marks} />
      ${near && km && html`<p class="meta">${t("find.within", { miles: sayMiles(km) })}</p>`}
      ${isFiltered(search) && html`<${NotSaid} search=${search} results=${results} marks=${marks} />`}
      <div class="buttons">
        ${further && html`<${Button} onClick=${() => run({ within_km: Math.min(km * 2, 2000) })} busyWord=${t("find.busy")}>${t("find.further")}<//>`}
        ${left > 0 && html`<${Button} onClick=${() => run({}, results.page + 1)} busyWord=${t("find.busy")}>${t("find.page", { n: left })}<//>`}</div>`}
    <${National} results=${results} search=${search} run=${run} past=${past} />`;
}

function Saved() {
  const [list, set] = useState([]);
  const turn = stamp.value;
  useEffect(() => { saved().then(set); }, [turn]);
  return list.length > 0 && html`<h2>${t("find.saved")}</h2><ul class="list">
    ${list.map((card) => html`<${ServiceCard} key=${card.id} card=${card} />`)}</ul>`;
}

/** Bring what was found into view: the list begins below what fits on a phone. */
const showFound = () => requestAnimationFrame(() => {
  const head = document.getElementById("found");
  if (!head) return;
  head.scrollIntoView();
  head.focus({ preventScroll: true });
});

export default function Help({ query }) {
  const found = useSearch(query.topic);
  const { search, run, results, problem } = found;
  const [near, setNear] = useState(search.near);
  const [locating, setLocating] = useState("");
  const places = usePlaces(near);
  const mine = me.value && settings.value.phone === "own" && me.value.id;
  // A service's page offers to ask a keyworker, also when it is opened without a network.
  useEffect(() => { if (mine && online.value) warm("/api/sharing/grants", "/api/review/referrals"); }, [mine]);
  const asked = isAsked(search, results);
  const errors = problem && found.status === 422 ? problem.fields : {};
  const look = (event) => {
    event.preventDefault();
    setLocating("");
    return run({ near: near.trim(), lat: null, lon: null, within_km: null }).then(showFound);
  };
  const here = async () => {
    const place = await roughPlace();
    setLocating(place ? "here-is" : "here-refused");
    if (!place) return undefined;
    setNear("");
    return run({ near: "", ...place, within_km: null });
  };
  const where = { id: "near", label: t("find.where"), hint: t("find.where-hint"), error: errors.near, value: near, onInput: setNear };
  return html`<${Page} title=${t("find.title")}>
    <${HelpStrip} />
    <form class="gap" novalidate onSubmit=${look}>
      <${ErrorSummary} errors=${errors} />
      <${Field} ...${where} maxlength="100" autocomplete="off" enterkeyhint="search" list="near-places" />
      <datalist id="near-places">${places.map((name) => html`<option value=${name} />`)}</datalist>
      <div class="buttons"><${Button} onClick=${here} busyWord=${t("find.here-busy")}>${t("find.here")}<//>
        <${Button} kind="main" type="submit" busy=${found.loading && !!results} busyWord=${t("find.busy")}>${t("find.do")}<//></div>
      <p class="meta" role="status">${locating && t(`find.${locating}`)}</p>
    </form>
    <${Filters} search=${search} run=${run} />
    ${!asked && html`<${Saved} />`}
    ${found.at && html`<${Banner}><p>${t("find.offline", { when: sayDay(today(new Date(found.at))) })}</p><//>`}
    ${found.offline ? html`<${Empty} title=${t("find.offline-none")} text=${t("find.offline-numbers")} />
        <div class="buttons"><${Button} onClick=${() => run({})} busyWord=${t("find.busy")}>${t("do.try-again")}<//></div>`
      : problem && found.status !== 422 ? html`<${Wrong} problem=${problem} again=${() => run({})} />`
        : results ? html`<${Results} search=${found.past ? { ...found.past, facts: search.facts } : search} results=${results} run=${run} past=${found.past} />` : html`<${Skeleton} />`}
    ${asked && html`<${Saved} />`}
  <//>`;
}
