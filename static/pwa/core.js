/**
 * What every screen stands on, in this order: queue (store, sealing, outbox) · api · state · reading ·
 * saving · start. Words, dates and ids are in words.js and come along from here; markup and router are in ui.js.
 */
import { computed, signal } from "./vendor/preact.js";
import { newId } from "./words.js";

export * from "./words.js";

// ---------------------------------------------------------------- 1 queue: store, sealing, outbox
// companion/pwa.py copies this region word for word into the service worker, so that page and worker
// send with the very same code. It may use only what stands inside it and the browser itself.
// #region queue
const STORES = { meta: {}, cache: {}, seen: {}, outbox: { keyPath: "seq", autoIncrement: true } };
let opening = null;

const openStore = () => new Promise((done, fail) => {
  const ask = indexedDB.open("steady", 1);
  ask.onupgradeneeded = () => {
    for (const [name, options] of Object.entries(STORES)) ask.result.createObjectStore(name, options);
  };
  ask.onsuccess = () => {
    ask.result.onclose = () => { opening = null; };
    ask.result.onversionchange = () => { ask.result.close(); opening = null; };
    done(ask.result);
  };
  ask.onerror = () => { opening = null; fail(ask.error); };
});

/** Run `work(...stores)` in one transaction; resolves with the result of the request it returns, once all is written. */
async function transact(names, mode, work) {
  opening = opening || openStore();
  const store = await opening;
  return new Promise((done, fail) => {
    const tx = store.transaction(names, mode);
    const request = work(...names.map((name) => tx.objectStore(name)));
    tx.oncomplete = () => done(request && request.result);
    tx.onabort = () => fail(tx.error);
  });
}

/** IndexedDB in four verbs. Stores: meta, cache (sealed answers), seen (notifications shown), outbox. */
export const db = {
  change: (names, work) => transact(names, "readwrite", work),
  get: (name, key) => transact([name], "readonly", (store) => store.get(key)),
  all: (name) => transact([name], "readonly", (store) => store.getAll()),
  /** Add a key that must be new; false if it was there already (the test and the set are one transaction). */
  first: (name, key) => transact([name], "readwrite", (store) => store.add(Date.now(), key)).then(() => true, (error) => {
    if (error && error.name === "ConstraintError") return false;
    throw error;
  }),
};

async function sealingKey() {
  const found = await db.get("meta", "key");
  if (found) return found;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await db.change(["meta"], (meta) => {
    const seen = meta.get("key"); // two tabs may start at once: the first key written stays
    seen.onsuccess = () => seen.result || meta.put(fresh, "key");
  });
  return db.get("meta", "key");
}

/** Encrypt a value under this phone's own key, which cannot be exported; `name` is bound in. */
export async function seal(name, value) {
  const how = { name: "AES-GCM", iv: crypto.getRandomValues(new Uint8Array(12)), additionalData: new TextEncoder().encode(name) };
  return { iv: how.iv, data: await crypto.subtle.encrypt(how, await sealingKey(), new TextEncoder().encode(JSON.stringify(value))) };
}

/** The value behind `seal`. */
export async function unseal(name, box) {
  const how = { name: "AES-GCM", iv: box.iv, additionalData: new TextEncoder().encode(name) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await sealingKey(), box.data)));
}

/** One request to our own API: {status, body, wait}. Status 0: no answer of ours (no network, time-out, a café's login page). */
export async function send(fetcher, { id, method, path, body }) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 20000);
  const headers = { "X-App": "1", Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (id) headers["Idempotency-Key"] = id;
  try {
    const reply = await fetcher(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store", credentials: "same-origin", redirect: "error", signal: stop.signal,
    });
    const wait = Number(reply.headers.get("retry-after")) * 1000 || 0;
    if (reply.status === 204) return { status: 204, body: null, wait };
    const ours = /json/.test(reply.headers.get("content-type"));
    return { status: ours || reply.status >= 500 ? reply.status : 0, body: ours ? await reply.json() : null, wait };
  } catch { // fetch throws only when no whole answer came, which the status says
    return { status: 0, body: null, wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The outbox: what the phone has written and the server has not confirmed yet. Sent in order, under one lock for
 * all tabs and the service worker; ids make repeats harmless. Tools are handed in, so that tests need no browser.
 */
export function makeQueue({ db, seal, unseal, fetch, lock, now }) {
  const pauses = [1000, 5000, 30000]; // after the third, the next try is at the next start, `online` or look
  const put = (entry) => db.change(["outbox"], (box) => box.put(entry));
  const find = async (id) => (await db.all("outbox")).find((entry) => entry.id === id);
  /** Write the record (own phone only) and its queue entry in one transaction; it is not sent for the first `hold` ms. */
  async function add({ id, method, path, body, hold = 0 }, record) {
    const who = await db.get("meta", "account");
    if (!who) throw new Error("Nobody is signed in on this phone.");
    const entry = { id, account: who.id, state: "waiting", tries: 0, next_at: hold && now() + hold, sealed: await seal(id, { method, path, body }) };
    const copy = record && who.own && { at: now(), ...(await seal(path, record)) };
    return db.change(["outbox", "cache"], (box, cache) => {
      if (copy) cache.put(copy, path);
      return box.add(entry);
    });
  }
  /** A change of ours may wait behind another change of ours: it then builds on the version that one made. */
  async function rebase({ path, body }) {
    const made = body && body.base_version !== undefined && (await db.get("meta", `base:${path}`));
    return made && body.base_version >= made.from && body.base_version < made.to ? { ...body, base_version: made.to } : body;
  }
  /** Take a confirmed entry out; keep the server's copy (own phone) and the version our change made. */
  async function settle(entry, { method, path, body }, answer, who) {
    const whole = method === "PUT" && who.own && answer && answer.id && path.endsWith(answer.id);
    const copy = whole && { at: now(), ...(await seal(path, answer)) };
    const before = await db.get("meta", `base:${path}`);
    const base = body && body.base_version;
    await db.change(["outbox", "cache", "meta"], (box, cache, meta) => {
      if (copy) cache.put(copy, path);
      if (method === "DELETE") cache.delete(path);
      if (base !== undefined && answer && answer.version > base) {
        meta.put({ from: before && before.to === base ? before.from : base, to: answer.version }, `base:${path}`);
      }
      box.delete(entry.seq);
    });
  }

  /** Send what waits; `force` ignores the pauses. Says what was sent, when to try again, and if a sign-in is needed. */
  const flush = (force = false) => lock(async () => {
    const report = { sent: [], next: 0, signIn: false, reached: null };
    const who = await db.get("meta", "account");
    const stuck = new Set(); // paths whose earlier change waits: later changes of the same thing wait behind it
    for (const entry of await db.all("outbox")) {
      if (!who || entry.account !== who.id || entry.state === "attention") continue;
      report.signIn = Boolean(who.out);
      if (who.out) break;
      const call = await unseal(entry.id, entry.sealed);
      if (stuck.has(call.path)) continue;
      if (!force && entry.next_at > now()) {
        report.next = Math.min(report.next || Infinity, entry.next_at);
        stuck.add(call.path);
        continue;
      }
      const body = await rebase(call);
      const reply = await send(fetch, { ...call, body, id: entry.id });
      const { status } = reply;
      report.reached = status !== 0;
      if ((status >= 200 && status < 300) || (status === 404 && call.method === "DELETE")) {
        await settle(entry, { ...call, body }, reply.body, who);
        report.sent.push({ ...call, id: entry.id, answer: reply.body });
      } else if (status === 401) {
        await db.change(["meta"], (meta) => meta.put({ ...who, out: true }, "account"));
        report.signIn = true;
        break;
      } else if (status === 0 || status >= 500 || [408, 425, 429].includes(status)) {
        const pause = reply.wait || pauses[entry.tries] || 0;
        await put({ ...entry, tries: entry.tries + 1, next_at: now() + pause });
        if (pause) report.next = Math.min(report.next || Infinity, now() + pause);
        stuck.add(call.path);
        if (status < 500) break; // no network, or asked to slow down: the rest would fare the same
      } else {
        const problem = { ...reply.body, status };
        await put({ ...entry, state: "attention", sealed: await seal(entry.id, { ...call, problem }) });
      }
    }
    return report;
  });
  /** Take an entry out before it is sent; false if it has gone already. */
  const drop = (id) => lock(async () => {
    const entry = await find(id);
    if (!entry) return false;
    const { path } = await unseal(id, entry.sealed);
    await db.change(["outbox", "cache"], (box, cache) => { cache.delete(path); box.delete(entry.seq); });
    return true;
  });
  /** Put an entry that needs attention back in the line, with some fields of its body changed. */
  const again = (id, changes = {}) => lock(async () => {
    const entry = await find(id);
    if (!entry) return false;
    const { method, path, body } = await unseal(id, entry.sealed);
    const sealed = await seal(id, { method, path, body: body && { ...body, ...changes } });
    await put({ ...entry, state: "waiting", tries: 0, next_at: 0, sealed });
    return true;
  });

  /** Everything of this account that is not confirmed yet, opened. */
  async function list() {
    const who = await db.get("meta", "account");
    const own = (await db.all("outbox")).filter((entry) => who && entry.account === who.id);
    return Promise.all(own.map(async ({ id, state, tries, sealed }) => ({ id, state, tries, ...(await unseal(id, sealed)) })));
  }
  return { add, flush, drop, again, list };
}

/** The queue of this browser. */
export const queue = makeQueue({
  db, seal, unseal, now: Date.now, fetch: (...all) => self.fetch(...all),
  lock: (work) => navigator.locks.request("steady-outbox", work),
});
// #endregion queue

// ---------------------------------------------------------------- 2 api

/** True while our own server answers. */
export const online = signal(navigator.onLine !== false);

/** Ask the API: {ok, status, body, problem}; status 0 is offline. What a person writes goes through `save` instead. */
export async function api(method, path, body) {
  const { status, body: answer } = await send((...all) => self.fetch(...all), { method, path, body });
  online.value = status !== 0;
  const ok = status >= 200 && status < 300;
  if (status === 401 && me.value && path !== "/api/accounts/sign-in") await signedOut();
  return { ok, status, body: ok ? answer : null, problem: ok ? null : answer || { status, title: "", detail: "", fields: {} } };
}

// ---------------------------------------------------------------- 3 state

/** Choices of this phone, nothing personal: phone ("own" | "shared" | ""), theme, size. Change them with `choose`. */
export const settings = signal({ phone: "", theme: "auto", size: "normal", ...JSON.parse(localStorage.getItem("settings") || "{}") });
export function choose(changes) {
  settings.value = { ...settings.value, ...changes };
  localStorage.setItem("settings", JSON.stringify(settings.value));
}

/** Who is signed in: undefined while we do not know, null for nobody, otherwise the answer of /api/accounts/me. */
export const me = signal(undefined);
/** What is not confirmed by the server: [{id, method, path, body, state: waiting|attention|sent, problem?, answer?}]. */
export const queued = signal([]);
/** How many things wait to be sent; `late` is true when one has been tried in vain. */
export const waiting = computed(() => queued.value.filter((entry) => entry.state === "waiting").length);
export const late = computed(() => queued.value.some((entry) => entry.state === "waiting" && entry.tries));
/** What the server did not take. */
export const attention = computed(() => queued.value.filter((entry) => entry.state === "attention"));
/** Goes up when something was sent or the phone came back: everything on screen is read again. */
export const stamp = signal(0);

const account = (changes) => db.get("meta", "account").then((who) => db.change(["meta"], (meta) => meta.put({ ...who, ...changes }, "account")));

/** Take the answer of sign-in, redeem or /me: from now on this account reads and writes here. */
export async function signedIn(person) {
  const who = await db.get("meta", "account");
  if (who && who.id !== person.id) await forget();
  localStorage.removeItem("left");
  if (person.phone) choose({ phone: person.phone }); // the server knows how this phone was set up
  const own = settings.value.phone === "own";
  await account({ id: person.id, own, out: false });
  if (own) await keep("/api/accounts/me", person);
  me.value = person;
  await flush(true);
}

/** The session has ended: nothing is sent or shown until the same person signs in; what waits is kept, sealed. */
export async function signedOut() {
  if (await db.get("meta", "account")) await account({ out: true });
  me.value = null;
}

/** Find out who is here: first from the phone, then from the server. */
export async function whoIsHere() {
  if (localStorage.getItem("ending")) { // a sign-out made offline is finished before anything else
    if (!(await api("POST", "/api/accounts/sign-out", {})).status) return void (me.value = null);
    localStorage.removeItem("ending");
  }
  if (localStorage.getItem("left")) return void (me.value = null);
  const who = await db.get("meta", "account");
  if (who && who.own && !who.out) me.value = (await kept("/api/accounts/me"))?.body;
  const reply = await api("GET", "/api/accounts/me");
  if (reply.ok) await signedIn(reply.body);
  else if (reply.status === 401) await signedOut();
  else if (!me.value) me.value = null;
}

// ---------------------------------------------------------------- 4 reading

/** Answers read since this page opened; a shared phone has only these. */
const memory = new Map();

async function keep(path, body) {
  memory.set(path, { at: Date.now(), body });
  const who = await db.get("meta", "account");
  if (!(who && who.own) && !path.startsWith("/api/content/")) return; // a shared phone keeps nothing personal
  const box = { at: Date.now(), ...(await seal(path, body)) };
  await db.change(["cache"], (cache) => cache.put(box, path));
}

/** What this phone last knew of a path: {at, body}, or undefined. */
export async function kept(path) {
  if (memory.has(path)) return memory.get(path);
  const box = await db.get("cache", path);
  return box && { at: box.at, body: await unseal(path, box) };
}

/** Read a path from the server and keep the answer; the same shape as `api`. */
export async function load(path) {
  const started = Date.now();
  const reply = await api("GET", path);
  if (reply.status === 404) memory.delete(path); // no longer ours to show
  if (!reply.ok) return reply;
  await keep(path, reply.body);
  recent = recent.filter((entry) => !entry.path.startsWith(path.split("?")[0]) || entry.at > started);
  await showQueue();
  return reply;
}

/** Read some paths ahead, one after the other, so that their screens work offline. */
export const warm = (...paths) => paths.reduce((last, path) => last.then(() => load(path)), Promise.resolve());

/** Wipe everything this phone keeps of the last account, except what waits to be sent. */
export async function forget() {
  memory.clear();
  recent = [];
  await db.change(["cache", "meta"], (cache, meta) => { cache.clear(); meta.delete("account"); });
}

// ---------------------------------------------------------------- 5 saving

let recent = []; // sent, but not yet seen in what we read since
let timer = 0;
let channel = null;
const RECORD = /\/[0-9a-f]{8}-[0-9a-f-]{27}$/;

const showQueue = async () => { queued.value = [...(await queue.list()), ...recent]; };

/**
 * Write something: on the phone at once, to the server as soon as it can be reached, exactly once.
 * The answer's `undo()` takes it out of the outbox, or deletes the record if it was sent already; `hold` keeps
 * a thing that has no delete (an answer to a reminder) in the outbox for some ms, so that it can be undone.
 */
export async function save(method, path, body, hold) {
  const id = newId();
  await queue.add({ id, method, path, body, hold }, method === "PUT" && RECORD.test(path) ? { ...body, id: path.slice(-36) } : null);
  await showQueue();
  flush();
  const undo = async () => {
    if (!(await queue.drop(id))) return save("DELETE", path);
    await showQueue();
    if (channel) channel.postMessage("queue");
  };
  return { id, undo };
}

/** Send what waits now; `force` does not wait for the pause after a failure. */
export async function flush(force = false) {
  const report = await queue.flush(force === true);
  if (report.reached !== null) online.value = report.reached;
  if (report.signIn && me.value) await signedOut();
  clearTimeout(timer);
  if (report.next) timer = setTimeout(flush, Math.max(report.next - Date.now(), 250));
  recent.push(...report.sent.map((entry) => ({ ...entry, state: "sent", at: Date.now() })));
  await showQueue();
  if (report.sent.length) {
    stamp.value += 1;
    channel.postMessage("sent");
  }
}

/** A list from the server with the phone's own unsent changes laid over it. `base` is the path of the list. */
export function overlay(items, base) {
  let list = [...(items || [])];
  for (const { method, path, body, answer, state } of queued.value) {
    const id = path.slice(base.length + 1);
    if (state === "attention" || !path.startsWith(`${base}/`) || id.includes("/")) continue;
    const old = list.find((item) => item.id === id);
    if (method === "DELETE") list = list.filter((item) => item.id !== id);
    else if (old) list = list.map((item) => (item.id === id ? { ...item, ...body, ...answer } : item));
    else list.push({ ...body, ...answer, id });
  }
  return list;
}

// ---------------------------------------------------------------- 6 start

/** Wake up: listen, find out who is here, send what waits. */
export async function begin() {
  channel = new BroadcastChannel("steady");
  channel.onmessage = ({ data }) => showQueue().then(() => { if (data === "sent") stamp.value += 1; });
  const back = async () => {
    if (document.hidden) return void flush(true); // what is held for an Undo goes out before the app is closed
    if (me.value === null && !localStorage.getItem("left")) await whoIsHere();
    if (me.value) await flush(true);
    stamp.value += 1;
  };
  addEventListener("online", back);
  addEventListener("offline", () => { online.value = false; });
  document.addEventListener("visibilitychange", back);
  await whoIsHere();
  await showQueue();
}
