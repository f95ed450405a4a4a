/**
 * The person's app: its routes, its first screen (Today), its start, its service worker. Today stands here and not
 * in views/ because one file fewer is one round trip less before a phone on a slow network can be used.
 */
import { effect, render, signal, useState } from "./vendor/preact.js";
import { addDays, begin, instant, me, newId, overlay, queued, save, sayTime, settings, t, today, warm } from "./core.js";
import {
  Banner, Button, Card, DayLine, dress, Empty, Faces, go, HelpStrip, html, installOffer, invite, Loaded, Page, route, Shell,
  startRouter, toastSaved, update, useData,
} from "./ui.js";

// ---------------------------------------------------------------- today

const trouble = signal(null);
const CHECK_INS = "/api/wellbeing/check-ins";
const greeting = (hour) => t(hour < 12 ? "today.morning" : hour < 18 ? "today.afternoon" : "today.evening");

function Feeling() {
  const [mine, note] = useState(null);
  const on = today();
  const before = overlay(useData(`${CHECK_INS}?from=${on}&to=${on}`).data?.items, CHECK_INS).pop();
  const pick = async (mood) => {
    const id = mine ? mine.id : newId();
    const put = (value) => save("PUT", `${CHECK_INS}/${id}`, { recorded_at: instant(), mood: value });
    const { undo } = await put(mood);
    note({ id, mood });
    toastSaved(async () => {
      await (mine ? put(mine.mood) : undo());
      note(mine);
    });
  };
  return html`${mine && mine.mood < 3 && html`<p class="lede">${t("today.low")}</p><${HelpStrip} />`}
    <${Card} title=${t("today.feeling")}><${Faces} label=${t("today.feeling")} value=${mine && mine.mood} onPick=${pick} />
      ${!mine && before && html`<p class="meta">${t("today.before", { time: sayTime(instant(new Date(before.recorded_at)).slice(11)) })}</p>`}
      <div class="taps"><a class="tap" href=${mine ? `#/check-in?id=${mine.id}` : "#/check-in"}>${t("today.more")}</a>
      <a class="tap" href="#/weeks">${t("today.weeks")}</a></div><//>`;
}

/** What a reminder says now, with the phone's own unsent answer over it. */
function answerOf(id, reminders) {
  const mine = queued.value.filter(({ path, state }) => path === `/api/reminders/${id}/answer` && state !== "attention").pop();
  if (mine) return mine.body.answer;
  const known = reminders.find((reminder) => reminder.id === id);
  return (known && (known.answer || (known.state === "expired" && "expired"))) || null;
}

function YourDay({ day, reminders }) {
  if (!day || !day.items.length) return html`<${Empty} title=${t(day && day.gap ? "today.gap" : "today.nothing")} href="#/plan" action=${t("today.add")} />`;
  const items = day.items.map((item) => ({ ...item, answer: answerOf(item.reminder_id, reminders) }));
  const next = items.find((item) => !item.answer || item.answer === "later");
  const done = async (item) => {
    const body = { answer: "done", recorded_at: instant() };
    const { undo } = await save("PUT", `/api/reminders/${item.reminder_id}/answer`, body, 10000);
    toastSaved(undo);
  };
  return html`<${DayLine} items=${items.map((item) => ({
    id: item.reminder_id, time: sayTime(item.time), title: item.title || t(`what.${item.what}`), href: `#/reminders/${item.reminder_id}`,
    sub: [item.place_name, item.may_be_closed && t("today.may-be-closed")].filter(Boolean),
    state: item.answer === "done" ? "done" : item === next ? "next" : "later", mark: item.answer && t(`state.${item.answer}`),
    action: item === next && html`<${Button} kind="main" onClick=${() => done(item)}>${t("do.done")}<//>`,
  }))} />`;
}

function Today() {
  const on = today();
  const days = useData(`/api/treatment/days?from=${on}&to=${on}`);
  const reminders = useData(`/api/reminders?on=${on}`).data?.items || [];
  const due = useData("/api/wellbeing/measures/due").data?.items.find((item) => item.due);
  const day = days.data?.items.find((item) => item.on === on);
  const left = day && day.items.filter((item) => [null, "later"].includes(answerOf(item.reminder_id, reminders))).length;
  return html`<${Page} title=${greeting(new Date().getHours())} name=${t("nav.today")} lede=${left > 0 && t("today.left", { n: left })}>
    <${Feeling} />
    ${(day?.notices || []).map((notice) => html`<div class="gap"><${Banner}><p>${notice.text}</p>
      ${notice.call && html`<a href=${`tel:${notice.call}`}>${t("help.call", { number: notice.call })}</a>`}<//></div>`)}
    ${trouble.value && html`<div class="gap"><${Banner}><p>${t(trouble.value.say)} <a href=${trouble.value.href}>${t("trouble.see")}</a></p><//></div>`}
    <h2>${t("today.day")}</h2>
    <${Loaded} of=${days} blocks=${2}>${() => html`<${YourDay} day=${day} reminders=${reminders} />`}<//>
    ${due && html`<${Card}><div class="row"><p class="txt">${t("today.measure")}</p><${Button} href=${`#/measure/${due.measure}`}>${t("today.answer")}<//></div><//>`}
  <//>`;
}

// ---------------------------------------------------------------- routes and start

const at = (file, words, tab, open) => ({ view: () => import(`./views/${file}.js`), words, tab, open });
const ROUTES = {
  "today": { view: async () => ({ default: Today }), tab: "today", plain: true },
  "check-in": at("check-in", "wellbeing", "today"),
  "weeks": at("weeks", "wellbeing", "today"),
  "measure/:key": at("measure", "wellbeing", "today"),
  "goals": at("goals", "goals", "goals"),
  "goals/:id": at("goal", "goals", "goals"),
  "goals/:id/edit": at("goal-edit", "goals", "goals"),
  "goal-add": at("goal-add", "goals", "goals"),
  "plan": at("plan", "plan", "you"),
  "plan/:id": at("plan-edit", "plan", "you"),
  "plan/:id/reminders": at("reminder-choices", "reminding", "you"),
  "calendar": at("calendar", "reminding", "you"),
  "reminders": at("reminders", "plan", "today"),
  "reminders/settings": at("reminder-settings", "reminding", "you"),
  "reminders/:id": at("reminder", "plan", "today"),
  "turn-on": at("turn-on", "plan", "you"),
  "help": at("help", "help", "help", true),
  "help/:id": at("service", "help", "help", true),
  "crisis": at("crisis", "crisis", "help", true),
  "you": at("you", "you", "you"),
  "sharing": at("sharing", "you", "you"),
  "who-looked": at("who-looked", "you", "you"),
  "comments": at("comments", "you", "you"),
  "devices": at("devices", "you", "you"),
  "privacy": at("privacy", "you", "you"),
  "about": at("about", "you", "you", true),
  "waiting": at("waiting", "you", "you"),
  "welcome": at("welcome", "welcome", "", true),
  "whose-phone": at("whose-phone", "welcome", "", true),
  "sign-in": at("sign-in", "welcome", "", true),
};

/** Take the code of an invite link out of the address, so that it stays in no history. */
function special(hash) {
  if (!hash.startsWith("#i=")) return "";
  invite.value = hash.slice(3);
  return "/welcome";
}

/** Register the service worker and offer a new version when one waits. */
async function watchOver() {
  if (!("serviceWorker" in navigator)) return;
  const policy = self.trustedTypes && self.trustedTypes.createPolicy("app", {
    createScriptURL: (url) => { if (url === "/sw.js") return url; throw new TypeError("Only our own service worker may start."); },
  });
  const worker = await navigator.serviceWorker.register(policy ? policy.createScriptURL("/sw.js") : "/sw.js");
  const offer = () => {
    if (worker.waiting && navigator.serviceWorker.controller) update.value = () => worker.waiting.postMessage("take over");
  };
  offer();
  worker.addEventListener("updatefound", () => worker.installing.addEventListener("statechange", offer));
  navigator.serviceWorker.addEventListener("controllerchange", () => update.value && location.reload());
  navigator.serviceWorker.addEventListener("message", ({ data }) => data.go && go(data.go));
}

/** What a phone of one's own should know by heart, and the things to look after once the first screen stands. */
async function settleIn() {
  await dress();
  const on = today();
  await warm("/api/content/crisis", "/api/content/check-in");
  if (settings.value.phone === "own") {
    await warm("/api/goals", "/api/content/goal-levels", "/api/content/goal-templates", "/api/treatment/plans",
      `/api/reminders?on=${addDays(on, 1)}`, "/api/wellbeing/trend?days=14&of=mood",
      `/api/wellbeing/check-ins?from=${addDays(on, -13)}&to=${on}`, `/api/wellbeing/check-ins?from=${addDays(on, -29)}&to=${on}`);
    trouble.value = await (await import("./device.js")).lookAfter();
    await (await import("./views/parts/directory.js")).forgetWithdrawn();
  }
}

effect(() => {
  const { theme, size } = settings.value;
  Object.assign(document.documentElement.dataset, { theme, size });
});

// Without a sign-in only open routes are shown; a keyworker belongs on the other page.
effect(() => {
  if (me.value && me.value.role !== "person") location.replace("/kw");
  if (me.value && route.value.path.startsWith("#/sign-in")) go(route.value.query.to || "/today", true);
  if (me.value !== null || !route.value.path || route.value.open) return;
  go(settings.value.phone ? `/sign-in?to=${route.value.path.slice(1)}` : "/welcome", true);
});

// The words of index.html stay until the first real screen is ready.
let standing = false;
effect(() => {
  const ready = (route.value.View || route.value.failed) && (route.value.open || me.value);
  if (standing || !ready) return;
  standing = true;
  const home = document.getElementById("app");
  home.replaceChildren();
  render(html`<${Shell} />`, home);
  performance.mark("app-ready");
});

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installOffer.value = event;
});
startRouter(ROUTES, "/today", special);
let settled = null;
begin().then(watchOver).then(() => effect(() => {
  const who = me.value && me.value.id;
  if (who && who !== settled) setTimeout(settleIn, 2000);
  settled = who;
}));
