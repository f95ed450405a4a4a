// The little of a browser that core.js and ui.js touch while they load, and a store and a server to test the queue with.
const none = () => {};
const kept = new Map();

globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, String(value)),
  removeItem: (key) => kept.delete(key), clear: () => kept.clear(),
};
globalThis.sessionStorage = globalThis.localStorage;
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
globalThis.self = globalThis;
globalThis.document = {
  hidden: false, documentElement: { classList: { add: none, toggle: none }, dataset: {} }, addEventListener: none, createElement: () => ({}), head: { append: (link) => link.onload() },
};
globalThis.listeners = {};
globalThis.addEventListener = (name, work) => { globalThis.listeners[name] = work; };
globalThis.location = {
  hash: "", replaced: [], reloads: 0, reload() { this.reloads += 1; },
  replace(to) { this.replaced.push(to); this.hash = to; },
};

/** A stand-in for the four verbs of `db`: the same shapes, in memory. */
export function memoryStore() {
  const stores = { meta: new Map(), cache: new Map(), outbox: new Map() };
  let last = 0;
  const verbs = (name) => ({
    get: (key) => ({ result: structuredClone(stores[name].get(key)) }),
    getAll: () => ({ result: structuredClone([...stores[name].values()]) }),
    put: (value, key = value.seq) => { stores[name].set(key, structuredClone(value)); return { result: key }; },
    add: (value) => { last += 1; stores[name].set(last, { ...structuredClone(value), seq: last }); return { result: last }; },
    delete: (key) => { stores[name].delete(key); return {}; },
  });
  return {
    stores,
    change: async (names, work) => work(...names.map(verbs))?.result,
    get: async (name, key) => verbs(name).get(key).result,
    all: async (name) => verbs(name).getAll().result,
  };
}

/** A queue with a memory store, a clock that stands still and a server made of `answers` (functions or answers, in turn). */
export function queueFor(makeQueue, answers, { id = "sam", own = true } = {}) {
  const db = memoryStore();
  db.stores.meta.set("account", { id, own });
  const asked = [];
  const world = { db, asked, time: 1_000_000, answers };
  let tail = Promise.resolve();
  world.queue = makeQueue({
    db,
    seal: async (name, value) => ({ sealed: name, value: JSON.stringify(value) }),
    unseal: async (name, box) => { if (box.sealed !== name) throw new Error("wrong name"); return JSON.parse(box.value); },
    now: () => world.time,
    lock: (work) => { const turn = tail.then(work); tail = turn.catch(none); return turn; },
    fetch: async (path, { method, headers, body }) => {
      asked.push({ path, method, key: headers["Idempotency-Key"], body: body && JSON.parse(body) });
      const next = world.answers.length > 1 ? world.answers.shift() : world.answers[0];
      if (next === "no network") throw new TypeError("Failed to fetch");
      const { status, type = "application/json", headers: more = {}, json } = typeof next === "function" ? next(asked.at(-1)) : next;
      return new Response(status === 204 ? null : JSON.stringify(json ?? {}), { status, headers: { "content-type": type, ...more } });
    },
  });
  return world;
}
