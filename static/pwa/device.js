/** This phone: reminders by push, installing, keeping storage. Loaded when needed; nothing here asks for anything by itself. */
import { api, me } from "./core.js";
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

/** Where reminders stand here: "unsupported" | "install-first" | "blocked" | "off" | "on". */
export async function pushState() {
  if (!("PushManager" in window) || !("Notification" in window)) return isApple() && !installed() ? "install-first" : "unsupported";
  if (Notification.permission === "denied") return "blocked";
  const subscription = Notification.permission === "granted" && (await (await worker()).getSubscription());
  return subscription ? "on" : "off";
}

/** Ask for permission (call it from a tap) and tell the server; answers the new state, or "off-server" if it cannot push. */
export async function turnOnPush() {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const key = await serverKey();
  if (!key) return "off-server";
  const manager = await worker();
  const subscription = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const reply = await api("POST", "/api/push/subscriptions", subscription.toJSON());
  if (reply.ok) return "on";
  await subscription.unsubscribe();
  return "off-server";
}

/** Stop reminders on this phone, here and on the server. */
export async function turnOffPush() {
  const subscription = await (await worker()).getSubscription();
  if (subscription) await subscription.unsubscribe();
  const { body } = await api("GET", "/api/push/subscriptions");
  const here = body && subscription && body.items.find((item) => item.origin === new URL(subscription.endpoint).origin);
  if (here) await api("DELETE", `/api/push/subscriptions/${here.id}`);
  return pushState();
}

/** Have the server send a real test push; {ok, problem}. */
export const testPush = () => api("POST", "/api/push/test", {});

/**
 * At every start: a subscription the server may have lost is sent again (the server knows it by its endpoint),
 * and one made under an old server key is renewed.
 */
export async function lookAfter() {
  if (!me.value || (await pushState()) !== "on") return;
  const manager = await worker();
  let subscription = await manager.getSubscription();
  const key = await serverKey();
  const made = subscription.options && subscription.options.applicationServerKey;
  if (key && made && String(new Uint8Array(made)) !== String(bytes(key))) {
    await subscription.unsubscribe();
    subscription = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  }
  if (key) await api("POST", "/api/push/subscriptions", subscription.toJSON());
}
