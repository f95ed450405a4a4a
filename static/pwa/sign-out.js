/** Signing out: the server ends the session, and this phone forgets everything, online or not. Ask first if things wait. */
import { addWords, api, t } from "./core.js";

addWords({ "signed-out.offline": "You are signed out on this phone." });

const withPush = async () => {
  const workers = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistrations() : [];
  for (const worker of workers) {
    const subscription = worker.pushManager && (await worker.pushManager.getSubscription());
    if (subscription) await subscription.unsubscribe();
    if (worker.getNotifications) (await worker.getNotifications()).forEach((notification) => notification.close());
    await worker.unregister();
  }
};

const dropStore = () => new Promise((done) => {
  const ask = indexedDB.deleteDatabase("steady");
  ask.onsuccess = ask.onerror = ask.onblocked = done; // blocked: another tab closes it on `versionchange`, then it goes
});

/** Wipe this phone: push, notifications, caches, database, service worker, settings. */
export async function wipe() {
  await withPush();
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  await dropStore();
  localStorage.clear();
  sessionStorage.clear();
}

/** Sign out here, or on all devices with `everywhere`. Offline the session is ended at the next start. */
export async function signOut({ everywhere = false } = {}) {
  document.documentElement.classList.add("gone");
  const reply = await api("POST", "/api/accounts/sign-out", everywhere ? { everywhere } : {});
  await wipe();
  if (reply.status !== 0) return location.replace("/");
  localStorage.setItem("ending", "1");
  const said = document.createElement("h1"); // the app is gone from this phone: there is no page to load
  said.textContent = t("signed-out.offline");
  document.getElementById("app").replaceChildren(said);
  document.documentElement.classList.remove("gone");
}
