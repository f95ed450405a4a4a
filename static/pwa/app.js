/** The person's app: its routes, its start, its service worker. */
import { effect, render } from "./vendor/preact.js";
import { addDays, api, begin, choose, me, settings, signedIn, today, warm } from "./core.js";
import { dress, go, html, installOffer, invite, route, Shell, startRouter, update } from "./ui.js";
import Today from "./views/today.js";

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
  "reminders": at("reminders", "plan", "today"),
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

/** A browser may wipe what a page keeps but not its cookies: then the server still knows whose phone this is. */
async function recall() {
  if (!me.value || settings.value.phone) return;
  const { body } = await api("GET", "/api/accounts/device");
  if (!body || !body.phone) return;
  choose({ phone: body.phone });
  await signedIn(me.value);
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
    await (await import("./device.js")).lookAfter();
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
begin().then(recall).then(watchOver).then(() => effect(() => {
  const who = me.value && me.value.id;
  if (who && who !== settled) setTimeout(settleIn, 2000);
  settled = who;
}));
