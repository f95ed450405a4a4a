/** This phone: reminders by push, installing, keeping storage. Loaded when needed; nothing here asks for anything by itself. */
import { addWords, api, me } from "./core.js";
import { installOffer } from "./ui.js";

/** True when opened from the Home Screen. */
export const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
/** True on an iPhone or iPad, where installing is done by hand and push needs it. */
export const isApple = () => /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

/** Show the browser's install question (only while `installOffer.value` is there); true if the person said yes. */
export async function install() {
  const offer = installOffer.value;
  installOffer.value = null;
  await offer.prompt();
  return (await offer.userChoice).outcome === "accepted";
}

/** Ask the browser to keep what is on this phone. */
export const keepStorage = () => (navigator.storage && navigator.storage.persist ? navigator.storage.persist() : Promise.resolve(false));

const bytes = (text) => {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
};
const worker = async () => (await navigator.serviceWorker.ready).pushManager;
const serverKey = async () => (await api("GET", "/api/push/key")).body?.application_server_key;

/** Where reminders stand here as far as it can be told at once; undefined where only the service worker knows. */
export function pushStateNow() {
  if (!("PushManager" in window) || !("Notification" in window)) return isApple() && !installed() ? "install-first" : "unsupported";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" ? undefined : "off";
}

/** Where reminders stand here: "unsupported" | "install-first" | "blocked" | "off" | "on". */
export async function pushState() {
  return pushStateNow() || ((await (await worker()).getSubscription()) ? "on" : "off");
}

/** Ask for permission (call it from a tap) and tell the server; answers the new state, or "off-server" if it cannot push. */
export async function turnOnPush() {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const key = await serverKey();
  if (!key) return "off-server";
  const manager = await worker();
  const subscription = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const reply = await api("POST", "/api/push/subscriptions", subscription.toJSON());
  if (reply.ok) {
    localStorage.setItem("push", me.value.id);
    return "on";
  }
  await subscription.unsubscribe();
  return "off-server";
}

/** Stop reminders on this phone, here and on the server. */
export async function turnOffPush() {
  localStorage.removeItem("push");
  const subscription = await (await worker()).getSubscription();
  if (subscription) await subscription.unsubscribe();
  const { body } = await api("GET", "/api/push/subscriptions");
  const here = body && subscription && body.items.find((item) => item.origin === new URL(subscription.endpoint).origin);
  if (here) await api("DELETE", `/api/push/subscriptions/${here.id}`);
  return pushState();
}

const PAUSE_MS = 500;
const LONGEST_WAIT_MS = 60000;

/**
 * Have the server send a real test push and wait until this phone's service worker has said that it came:
 * {ok, problem, seconds}. `seconds` is null when it did not come within a minute or the server cannot tell.
 */
export async function testPush(waiting = () => {}) {
  const sent = await api("POST", "/api/push/test", {});
  if (!sent.ok) return { ok: false, problem: sent.problem, seconds: null };
  waiting();
  for (const end = Date.now() + LONGEST_WAIT_MS; Date.now() < end;) {
    const { ok, status, body } = await api("GET", `/api/push/test/${sent.body.id}`);
    if (ok && body.arrived_at) return { ok, seconds: Math.max(0, Date.parse(body.arrived_at) - Date.parse(body.queued_at || body.sent_at)) / 1000 };
    if (status === 404) break;
    await new Promise((go) => setTimeout(go, PAUSE_MS));
  }
  return { ok: true, seconds: null };
}

// ---------------------------------------------------------------- at each start

addWords({
  "trouble.see": "See what to do",
  "trouble.withdrawn": "This phone does not let us remind you any more.",
  "trouble.lost": "Reminders have stopped on this phone.",
  "trouble.refused": "Your last reminder could not be brought to this phone.",
  "trouble.quiet": "No reminder has reached this phone for 7 days.",
  "trouble.zone": "This phone is in another time zone.",
});

const subscribe = async (manager, key) => manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
const isMade = ({ options }, key) => !options || !options.applicationServerKey || String(new Uint8Array(options.applicationServerKey)) === String(bytes(key));

/** What is wrong with reminders here, mended as far as a phone can do that by itself: the ending of a "trouble." key. */
async function mend() {
  const state = await pushState();
  const wanted = localStorage.getItem("push") === me.value.id;
  if (["blocked", "off"].includes(state) && wanted && Notification.permission !== "granted") return "withdrawn";
  if (state !== "on" && !(state === "off" && wanted)) return "";
  const key = await serverKey();
  if (!key) return "";
  const manager = await worker();
  let subscription = await manager.getSubscription();
  if (subscription && !isMade(subscription, key)) {
    await subscription.unsubscribe(); // made under an old key of the server
    subscription = null;
  }
  try {
    subscription = subscription || (await subscribe(manager, key));
  } catch (error) {
    console.warn("Could not subscribe again.", error.name);
    return "lost";
  }
  const { ok, body } = await api("POST", "/api/push/subscriptions", subscription.toJSON()); // the server may have lost it
  if (!ok) return "";
  localStorage.setItem("push", me.value.id);
  if (body.state === "refused") {
    await subscription.unsubscribe(); // the push service does not want this one: a new one at the next test or start
    const fresh = await subscribe(manager, key);
    await api("POST", "/api/push/subscriptions", fresh.toJSON());
  }
  return ["refused", "quiet"].includes(body.state) ? body.state : "";
}

/** Tell the server this phone's time zone; true when it is not that of the plans, so that the person is asked. */
async function isElsewhere() {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { ok, body } = await api("PUT", "/api/reminders/time-zone", { zone });
  return ok && body.ask;
}

/** At every start: mend what can be mended, and answer what Today should say: {say, href}, or null. */
export async function lookAfter() {
  if (!me.value) return null;
  const wrong = await mend();
  if (wrong) return { say: `trouble.${wrong}`, href: "#/turn-on" };
  return (await isElsewhere()) ? { say: "trouble.zone", href: "#/reminders/settings" } : null;
}
