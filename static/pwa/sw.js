/**
 * The service worker. companion/pwa.py puts three things in front of this text: REV (the version), ASSETS
 * ({file: hash}) and the queue region of core.js (db, seal, unseal, makeQueue, queue): page and worker send alike.
 */
/* global REV, ASSETS, db, queue */
const NAME = `steady-${REV}`;
const place = (file) => `/a/${REV}/${file}`;
const channel = new BroadcastChannel("steady");

// ---------------------------------------------------------------- install: the whole app, unchanged files from the old cache

async function install() {
  const fresh = await caches.open(NAME);
  const old = (await caches.keys()).filter((name) => name.startsWith("steady-") && name !== NAME).pop();
  const before = old && (await caches.open(old));
  const listed = before && (await before.match("/assets"));
  const known = listed ? await listed.json() : { rev: "", files: {} };
  await Promise.all(Object.entries(ASSETS).map(async ([file, hash]) => {
    const same = known.files[file] === hash && (await before.match(`/a/${known.rev}/${file}`));
    if (same) await fresh.put(place(file), same);
    else await fresh.add(new Request(place(file), { cache: "no-cache" }));
  }));
  const shell = await fetch("/", { cache: "no-cache", credentials: "omit" });
  const text = await shell.clone().text();
  if (!shell.ok || !text.includes(place("app.js"))) throw new Error("The server changed its version meanwhile.");
  await fresh.put("/", shell);
  await fresh.put("/assets", new Response(JSON.stringify({ rev: REV, files: ASSETS })));
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("steady-") && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting());

// ---------------------------------------------------------------- fetch: the shell and our files; never /api

async function fromCache(request, key) {
  const cache = await caches.open(NAME);
  return (await cache.match(key)) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith(`/a/${REV}/`)) event.respondWith(fromCache(event.request, pathname));
  else if (mode === "navigate" && pathname === "/") event.respondWith(fromCache(event.request, "/"));
});

// ---------------------------------------------------------------- sending in the background

async function flush() {
  const report = await queue.flush(true);
  channel.postMessage(report.sent.length ? "sent" : "queue");
  const left = (await queue.list()).some((entry) => entry.state === "waiting");
  if (left && !report.signIn) throw new Error("Some things still wait."); // the browser asks again later
}

self.addEventListener("sync", (event) => event.waitUntil(flush()));

async function tell(method, path, body) {
  return fetch(path, {
    method, body: JSON.stringify(body), credentials: "same-origin", headers: { "Content-Type": "application/json", "X-App": "1" },
  });
}

// ---------------------------------------------------------------- push

const ACTIONS = [{ action: "done", title: "Done" }, { action: "later", title: "Later" }];

async function show({ notification, n }) {
  const { title, body, tag, lang, navigate } = notification;
  const mark = `${tag}:${n}`;
  if (!(await db.first("seen", mark))) return; // a push may come twice; nothing is shown twice
  const reminder = /\/#\/reminders\//.test(navigate);
  try {
    await self.registration.showNotification(title, {
      body, tag, lang, renotify: true, icon: place("icons/dot-192.png"), badge: place("icons/badge-96.png"),
      data: { navigate, reminder }, actions: reminder ? ACTIONS : [],
    });
  } catch (error) {
    await db.change(["seen"], (seen) => seen.delete(mark));
    throw error;
  }
  try {
    await tell("POST", `/api/${reminder ? "reminders" : "push/messages"}/${tag}/shown`, { n }); // a test is no reminder
  } catch (error) {
    console.warn("The receipt could not be sent.", error.name); // it only feeds statistics; the reminder is on the screen
  }
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));

async function open(navigate) {
  const { hash } = new URL(navigate, self.location.origin);
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!page) return void (await self.clients.openWindow(`/${hash}`));
  await page.focus();
  page.postMessage({ go: hash.slice(1) });
}

async function answer(action, tag) {
  const body = { answer: action, recorded_at: new Date().toISOString(), ...(action === "later" ? { later_minutes: 60 } : {}) };
  await queue.add({ id: crypto.randomUUID(), method: "PUT", path: `/api/reminders/${tag}/answer`, body });
  channel.postMessage("queue");
  const report = await queue.flush(true);
  if (report.sent.length) channel.postMessage("sent");
  else if (self.registration.sync) await self.registration.sync.register("outbox");
}

self.addEventListener("notificationclick", (event) => {
  const { notification: { tag, data }, action } = event;
  event.notification.close();
  // Nobody signed in on this phone any more: then the app says so.
  const work = action && data.reminder ? answer(action, tag).catch(() => open(data.navigate)) : open(data.navigate);
  event.waitUntil(work);
});

async function renew({ oldSubscription }) {
  const options = oldSubscription && oldSubscription.options;
  const fresh = await self.registration.pushManager.subscribe({
    userVisibleOnly: true, applicationServerKey: options && options.applicationServerKey,
  });
  await tell("POST", "/api/push/subscriptions", fresh.toJSON()); // the app compares again at its next start
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
