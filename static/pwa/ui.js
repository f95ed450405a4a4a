/**
 * The parts every screen is made of, in this order: router · reading hook · leave · toast and updates · small parts ·
 * page states · day line and faces · shell. Parts that the first screen does not need are in parts.js, forms.js, chart.js and pin.js.
 */
import { html, signal, useEffect, useErrorBoundary, useRef, useState } from "./vendor/preact.js";
import { attention, kept, late, load, me, online, sayDay, settings, stamp, t, today, waiting, addWords } from "./core.js";

export { html };

// ---------------------------------------------------------------- router

/** The screen we are on: {path, params, query, View, tab, open, failed, first}. */
export const route = signal({ path: "", params: {}, query: {}, View: null, tab: "", open: true, failed: "", first: true });

/** Go to a path such as "/goals"; `replace` leaves no way back to this screen. */
export function go(path, replace = false) {
  if (replace) location.replace(`#${path}`);
  else location.hash = path;
}

const match = (parts, path) => {
  const given = path.split("/").filter(Boolean);
  if (given.length !== parts.length) return null;
  const params = {};
  return parts.every((part, i) => (part[0] === ":" ? (params[part.slice(1)] = decodeURIComponent(given[i])) : part === given[i])) && params;
};

let dressed = null;
/** Load rest.css, once; resolves when it is there (or cannot be had: the words come first). */
export const dress = () => {
  dressed = dressed || new Promise((done) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: new URL("rest.css", import.meta.url).href, onload: done, onerror: done });
    document.head.append(link);
  });
  return dressed;
};

/**
 * Show the view that belongs to the address. `table`: {"goals/:id": {view: () => import(…), words: "goals", tab, open}};
 * `open` routes need no sign-in; `words` names strings/en/<words>.js; `plain` ones need no rest.css. An unknown address leads to `home`.
 */
export function startRouter(table, home, special = () => "") {
  const routes = Object.entries(table).map(([pattern, to]) => ({ parts: pattern.split("/"), ...to }));
  let turn = 0;
  async function arrive() {
    const mine = (turn += 1);
    const odd = special(location.hash);
    if (odd) return go(odd, true);
    const [path, query] = location.hash.slice(1).split("?");
    const found = routes.map((to) => ({ to, params: match(to.parts, path) })).find((hit) => hit.params);
    if (!found) return go(home, true);
    const { to, params } = found;
    const next = { path: location.hash, params, query: Object.fromEntries(new URLSearchParams(query)), tab: to.tab, open: !!to.open, first: !route.value.path };
    try {
      const [view, table] = await Promise.all([to.view(), to.words && import(`./strings/en/${to.words}.js`), to.plain || dress()]);
      if (mine !== turn) return;
      if (table) addWords(table.default);
      sessionStorage.removeItem("reloaded");
      route.value = { ...next, View: view.default, failed: "" };
    } catch (error) {
      if (mine !== turn) return;
      console.error(error);
      const again = online.value && sessionStorage.getItem("reloaded") !== path;
      sessionStorage.setItem("reloaded", path);
      if (again) location.reload(); // this page may be older than the server: a fresh shell knows the new files
      else route.value = { ...next, View: null, failed: online.value ? "wrong.other" : "wrong.offline" };
    }
  }
  addEventListener("hashchange", arrive);
  arrive();
}

// ---------------------------------------------------------------- reading hook

/**
 * What a path of the API says: {data, at, loading, problem, reload}. Shows what the phone knows at once, then asks the
 * server, and asks again when something was sent or the person comes back. A null path reads nothing.
 */
export function useData(path) {
  const [state, set] = useState({ path, loading: true });
  const [turn, reload] = useState(0);
  const tick = stamp.value;
  useEffect(() => {
    let here = true;
    const show = (news) => here && set((old) => ({ ...(old.path === path ? old : { path }), ...news }));
    (async () => {
      if (!path) return;
      const first = await kept(path);
      if (first) show({ data: first.body, at: first.at });
      const reply = await load(path);
      if (reply.ok) show({ data: reply.body, at: Date.now(), problem: null, loading: false });
      else show({ problem: reply.problem, loading: false, ...([403, 404].includes(reply.status) ? { data: undefined } : {}) });
    })();
    return () => { here = false; };
  }, [path, tick, turn]);
  const current = state.path === path ? state : { path, loading: true };
  return { ...current, loading: !!path && current.loading, reload: () => reload((n) => n + 1) };
}

// ---------------------------------------------------------------- leave

/** Cover the screen at once, end the session (what waits stays, sealed), and go somewhere harmless without a way back. */
export function leave() {
  document.documentElement.classList.add("gone");
  document.title = " ";
  if (me.value) {
    localStorage.setItem("left", "1");
    const end = settings.value.phone === "own" || waiting.value ? "lock" : "sign-out"; // signing out wipes the phone
    const headers = { "X-App": "1", "Content-Type": "application/json" };
    // Nobody is left to tell if this fails: the mark above keeps the screens shut until the PIN is entered.
    fetch(`/api/accounts/${end}`, { method: "POST", keepalive: true, headers, body: "{}" }).catch(() => {});
  }
  history.replaceState(null, "", "/");
  location.replace("https://www.bbc.co.uk/weather");
}

let shifts = [];
addEventListener("keydown", ({ key }) => {
  shifts = key === "Shift" ? [...shifts.slice(-2), Date.now()] : [];
  if (shifts.length === 3 && shifts[2] - shifts[0] < 5000) leave();
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
document.addEventListener("visibilitychange", () => document.documentElement.classList.toggle("away", document.hidden));

// ---------------------------------------------------------------- toast and updates

const toasted = signal(null);
/** Say a short thing for 10 seconds; `undo` adds an Undo button. */
export const toast = (text, undo) => { toasted.value = { text, undo, key: Math.random() }; };
/** Say that something was saved, in the words that fit being online or offline. */
export const toastSaved = (undo) => toast(t(online.value ? "saved" : "saved.offline"), undo);
/** The code of an invite link, taken out of the address bar by app.js. */
export const invite = signal("");
/** Set by app.js when a new version waits: a function that takes it. */
export const update = signal(null);
/** The browser's own offer to install, once it made one (Chromium). */
export const installOffer = signal(null);

/** Where toasts appear; belongs once in a shell. */
export function Toast() {
  const news = toasted.value;
  const [held, hold] = useState(false);
  useEffect(() => {
    if (!news || held) return undefined;
    const timer = setTimeout(() => { toasted.value = null; }, 10000);
    return () => clearTimeout(timer);
  }, [news, held]);
  const undo = async () => {
    toasted.value = null;
    hold(false);
    await news.undo();
    toast(t("undone"));
  };
  return html`<div class="toasts" role="status" onFocusIn=${() => hold(true)} onFocusOut=${() => hold(false)}
      onMouseEnter=${() => hold(true)} onMouseLeave=${() => hold(false)}>
    ${news && html`<div class="toast" key=${news.key}><span>${news.text}</span>
      ${news.undo && html`<button type="button" onClick=${undo}>${t("do.undo")}</button>`}</div>`}
  </div>`;
}

// ---------------------------------------------------------------- small parts

const DRAWINGS = {
  today: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  goals: "M6 21V4h11l-2.5 4 2.5 4H6",
  help: "M12 21c-4-4.5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6.5-6 11ZM12 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z",
  you: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM5 21c0-4 3-6 7-6s7 2 7 6",
  back: "M15 5l-7 7 7 7",
  tick: "M5 12.5l4.5 4.5L19 7.5",
};
/** A line drawing that says nothing by itself: today, goals, help, you, back, tick. */
export const Icon = ({ name }) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${DRAWINGS[name]} /></svg>`;

/**
 * A button, or a link that looks like one with `href`. `kind`: main | quiet | plain | danger. While a promise from
 * `onClick` runs (or `busy`) it keeps its width and says `busyWord`.
 */
export function Button({ kind = "quiet", busy, busyWord, onClick, href, type = "button", children, ...rest }) {
  const [running, run] = useState(false);
  if (href) return html`<a class=${`button ${kind}`} href=${href} ...${rest}>${children}</a>`;
  const wait = busy || running;
  const press = async (event) => {
    if (wait) return event.preventDefault();
    const work = onClick && onClick(event);
    if (!work || !work.then) return undefined;
    run(true);
    return work.finally(() => run(false));
  };
  return html`<button class=${`button ${kind}`} type=${type} aria-disabled=${wait ? "true" : null} onClick=${press} ...${rest}>
    <span class=${wait ? "under" : ""}>${children}</span>${wait && html`<span class="over">${busyWord || t("do.saving")}</span>`}
  </button>`;
}

/** A white card; with `title` a section with its own heading. */
export const Card = ({ title, tone = "", children, ...rest }) =>
  html`<section class=${`card ${tone}`} ...${rest}>${title && html`<h2 class="small">${title}</h2>`}${children}</section>`;

/** A word on a coloured pill: tone leaf | honey | clay | sky | plum. */
export const Pill = ({ tone = "leaf", children }) => html`<span class=${`pill ${tone}`}>${children}</span>`;

/** A line of news across the page: tone honey | clay | sky. */
export const Banner = ({ tone = "honey", children }) => html`<div class=${`banner ${tone}`}>${children}</div>`;

/** 999 and 111, always in the same words. */
export const HelpStrip = () => html`<section class="strip" aria-labelledby="help-now"><h2 class="small" id="help-now">${t("help.now")}</h2>
  <p><a href="tel:999">${t("help.call", { number: 999 })}</a> ${t("help.999")}</p>
  <p><a href="tel:111">${t("help.call", { number: 111 })}</a> ${t("help.111")}</p>
  <p><a href="#/crisis">${t("help.more")}</a></p></section>`;

// ---------------------------------------------------------------- page states

/** Grey blocks, shown only after 300 ms. */
export const Skeleton = ({ blocks = 3 }) => html`<div class="skeleton" role="status"><span class="hide">${t("loading")}</span>
  ${Array.from({ length: blocks }, () => html`<i />`)}</div>`;

/** Nothing here yet: a heading, one sentence, one button. */
export const Empty = ({ title, text, href, action }) => html`<div class="empty"><h2>${title}</h2>${text && html`<p>${text}</p>`}
  ${href && html`<${Button} kind="main" href=${href}>${action}<//>`}</div>`;

/** The state of `useData`: skeleton, then `children(data)`; or what went wrong and a way to try again. */
export function Loaded({ of, blocks, children }) {
  if (of.data !== undefined) {
    const old = !online.value && of.at && html`<p class="meta">${t("offline.last", { when: sayDay(today(new Date(of.at))) })}</p>`;
    return html`${old}${children(of.data)}`;
  }
  if (of.loading || !of.problem) return html`<${Skeleton} blocks=${blocks} />`;
  return html`<${Wrong} problem=${of.problem} again=${of.reload} />`;
}

/** A page that could not be shown, in the server's own sentence if it gave one. */
export const Wrong = ({ problem, again, text }) => html`<div class="empty" role="alert"><h2>${t("wrong.title")}</h2>
  <p>${text || problem?.detail || t(problem?.status === 0 || !online.value ? "wrong.offline" : "wrong.other")}</p>
  ${again && html`<${Button} onClick=${() => again()}>${t("do.try-again")}<//>`}</div>`;

/** The frame of a view: h1, which takes focus when the route changed, and the window title (`name` if h1 is personal). */
export function Page({ title, kicker, lede, back, name, children }) {
  const head = useRef(null);
  useEffect(() => { document.title = name || title; }, [title, name]);
  useEffect(() => {
    if (route.value.first) return;
    scrollTo(0, 0);
    head.current.focus({ preventScroll: true });
  }, []);
  return html`${back && html`<a class="back" href=${back}><${Icon} name="back" />${t("nav.back")}</a>`}
    ${kicker && html`<p class="kicker">${kicker}</p>`}
    <h1 tabindex="-1" ref=${head}>${title}</h1>${lede && html`<p class="lede">${lede}</p>`}${children}`;
}

// ---------------------------------------------------------------- day line and faces

/** The day line: items {id, time, title, sub, state: done | next | later, mark, action, href}. */
export const DayLine = ({ items }) => html`<ol class="day">${items.map((item) => html`<li key=${item.id} class=${item.state}>
  <div class="card"><div class="txt">${item.time && html`<p class="time">${item.time}</p>`}
    <h3>${item.href ? html`<a href=${item.href}>${item.title}</a>` : item.title}</h3>
    ${[].concat(item.sub || []).map((line) => html`<p class="meta">${line}</p>`)}</div>
    ${item.mark && html`<${Pill} tone=${item.state === "done" ? "leaf" : "sky"}>${item.mark}<//>`}${item.action}</div></li>`)}</ol>`;

const MOUTHS = ["M8 17c1.5-3 6.5-3 8 0", "M8.5 16.5c1.5-1.5 5.5-1.5 7 0", "M8.5 15.5h7", "M8.5 14.5c1.5 1.800 5.5 1.800 7 0", "M8 14c1.5 3.5 6.5 3.5 8 0"];
/** Five faces with words; `onPick(1..5)`. The word carries the meaning. */
export const Faces = ({ label, value, onPick }) => html`<div class="faces" role="group" aria-label=${label}>
  ${MOUTHS.map((mouth, i) => html`<button type="button" aria-pressed=${value === i + 1 ? "true" : "false"} onClick=${() => onPick(i + 1)}>
    <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10.5" /><circle class="eye" cx="8.5" cy="9.5" r="1.2" />
      <circle class="eye" cx="15.5" cy="9.5" r="1.2" /><path d=${mouth} /></svg><span>${t(`face.${i + 1}`)}</span></button>`)}</div>`;

// ---------------------------------------------------------------- shell

const TABS = [["today", "/today"], ["goals", "/goals"], ["help", "/help"], ["you", "/you"]];
const Tabs = () => html`<nav class="tabs" aria-label=${t("nav.label")}>${TABS.map(([tab, path]) => html`<a href=${`#${path}`}
  aria-current=${route.value.tab === tab ? "page" : null}><${Icon} name=${tab} /><span>${t(`nav.${tab}`)}</span></a>`)}</nav>`;

function News() {
  const [wait, stuck] = [waiting.value, attention.value.length];
  return html`${update.value && html`<${Banner} tone="sky"><p>${t("update.ready")}</p><${Button} kind="plain" onClick=${update.value}>${t("do.update")}<//><//>`}
    ${(!online.value || late.value) && html`<${Banner}><p>${!online.value && t("offline")} ${wait > 0 && t("waiting", { n: wait })}</p><//>`}
    ${stuck > 0 && html`<${Banner} tone="clay"><p>${t("attention", { n: stuck })} <a href="#/waiting">${t("attention.see")}</a></p><//>`}`;
}

/** The frame of the app: skip link, date and Leave, news, the view, tabs. */
export function Shell() {
  const { View, params, query, path, failed, open } = route.value;
  const [error, clear] = useErrorBoundary((thrown) => console.error(thrown));
  const main = useRef(null);
  useEffect(() => { if (error) clear(); }, [path]);
  const skip = (event) => { event.preventDefault(); main.current.focus(); };
  const allowed = open || me.value;
  return html`<a class="skip" href="#main" onClick=${skip}>${t("nav.skip")}</a>
    <header class="top"><p>${sayDay(today())}</p><button type="button" class="button quiet" title=${t("leave.hint")} onClick=${leave}>${t("leave")}</button></header>
    <main id="main" tabindex="-1" ref=${main}><div class="news" role="status"><${News} /></div>
      ${error || failed ? html`<${Wrong} text=${t(failed || "wrong.other")} again=${() => location.reload()} />`
        : View && allowed ? html`<${View} key=${path} params=${params} query=${query} />` : html`<${Skeleton} />`}
      ${path !== "#/crisis" && html`<p class="foot"><a href="#/crisis">${t("help.now")}</a></p>`}</main>
    <${Toast} />${me.value && html`<${Tabs} />`}`;
}
