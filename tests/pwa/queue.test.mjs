import assert from "node:assert/strict";
import test from "node:test";
import { queueFor } from "./world.mjs";

const { makeQueue } = await import("../../static/pwa/core.js");

const ID = "0b0c7f6e-0000-4000-8000-000000000001";
const PATH = `/api/wellbeing/check-ins/${ID}`;
const put = (id, path = PATH, body = { mood: 3 }) => ({ id, method: "PUT", path, body });
const saved = ({ path, body }) => ({ status: 200, json: { ...body, id: path.slice(-36) } });
const states = async ({ queue }) => (await queue.list()).map(({ id, state }) => `${id} ${state}`);

test("it writes the record and its queue entry together, and only on an own phone", async () => {
  const own = queueFor(makeQueue, [saved]);
  await own.queue.add(put("a"), { mood: 3 });
  assert.equal(own.db.stores.outbox.size, 1);
  assert.ok(own.db.stores.cache.has(PATH));
  const shared = queueFor(makeQueue, [saved], { own: false });
  await shared.queue.add(put("a"), { mood: 3 });
  assert.equal(shared.db.stores.outbox.size, 1);
  assert.equal(shared.db.stores.cache.size, 0);
});

test("nothing a person wrote stands in the clear in the outbox", async () => {
  const world = queueFor(makeQueue, [saved]);
  await world.queue.add(put("a", PATH, { note: "marker" }));
  const { sealed, ...clear } = [...world.db.stores.outbox.values()][0];
  assert.ok(sealed);
  assert.ok(!JSON.stringify(clear).includes("marker") && !JSON.stringify(clear).includes("check-ins"));
});

test("it sends in order with the entry's id as idempotency key, and takes sent things out", async () => {
  const world = queueFor(makeQueue, [saved]);
  await world.queue.add(put("a"));
  await world.queue.add(put("b", "/api/goals/0b0c7f6e-0000-4000-8000-000000000002"));
  const report = await world.queue.flush();
  assert.deepEqual(world.asked.map(({ key }) => key), ["a", "b"]);
  assert.deepEqual(report.sent.map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(await states(world), []);
});

test("when the reply is lost it sends the same thing again with the same key", async () => {
  const world = queueFor(makeQueue, ["no network", saved]);
  await world.queue.add(put("a"));
  const first = await world.queue.flush();
  assert.equal(first.reached, false);
  assert.deepEqual(await states(world), ["a waiting"]);
  await world.queue.flush(true);
  assert.deepEqual(world.asked.map(({ key, path }) => key + path), [`a${PATH}`, `a${PATH}`]);
  assert.deepEqual(await states(world), []);
});

test("two tabs flushing at once send each thing once", async () => {
  const world = queueFor(makeQueue, [saved]);
  await world.queue.add(put("a"));
  await Promise.all([world.queue.flush(true), world.queue.flush(true)]);
  assert.equal(world.asked.length, 1);
});

test("it waits 1, 5 and 30 seconds, then for the next start", async () => {
  const world = queueFor(makeQueue, [{ status: 503 }]);
  await world.queue.add(put("a"));
  const pauses = [];
  for (let i = 0; i < 4; i += 1) {
    const { next } = await world.queue.flush(true);
    pauses.push(next && next - world.time);
  }
  assert.deepEqual(pauses, [1000, 5000, 30000, 0]);
  world.time += 100;
  await world.queue.flush();
  assert.equal(world.asked.length, 5);
});

test("before the pause is over it does not ask again, unless forced", async () => {
  const world = queueFor(makeQueue, [{ status: 503 }, saved]);
  await world.queue.add(put("a"));
  await world.queue.flush();
  const { next } = await world.queue.flush();
  assert.equal(next, world.time + 1000);
  assert.equal(world.asked.length, 1);
  await world.queue.flush(true);
  assert.equal(world.asked.length, 2);
});

test("429 keeps the thing as long as the server says", async () => {
  const world = queueFor(makeQueue, [{ status: 429, headers: { "retry-after": "7" } }]);
  await world.queue.add(put("a"));
  const { next } = await world.queue.flush();
  assert.equal(next - world.time, 7000);
});

test("a fault with one thing holds back later changes of the same thing only", async () => {
  const world = queueFor(makeQueue, [(call) => (call.path === PATH ? { status: 500 } : saved(call))]);
  await world.queue.add(put("a"));
  await world.queue.add(put("b", "/api/goals/0b0c7f6e-0000-4000-8000-000000000002"));
  await world.queue.add(put("c"));
  await world.queue.flush();
  assert.deepEqual(await states(world), ["a waiting", "c waiting"]);
  assert.deepEqual(world.asked.map(({ key }) => key), ["a", "b"]);
});

test("401 holds everything and asks to sign in", async () => {
  const world = queueFor(makeQueue, [{ status: 401 }]);
  await world.queue.add(put("a"));
  await world.queue.add(put("b"));
  assert.equal((await world.queue.flush()).signIn, true);
  assert.equal((await world.queue.flush(true)).signIn, true);
  assert.equal(world.asked.length, 1);
  assert.deepEqual(await states(world), ["a waiting", "b waiting"]);
});

test("what one person wrote is never sent as another, and goes when they are back", async () => {
  const world = queueFor(makeQueue, [saved]);
  await world.queue.add(put("a"));
  world.db.stores.meta.set("account", { id: "jo", own: true });
  await world.queue.flush(true);
  assert.equal(world.asked.length, 0);
  assert.deepEqual(await states(world), []);
  world.db.stores.meta.set("account", { id: "sam", own: true });
  await world.queue.flush(true);
  assert.equal(world.asked.length, 1);
});

test("what the server refuses is kept for the person, with the reason, and can be sent again changed", async () => {
  const world = queueFor(makeQueue, [{ status: 422, json: { detail: "Enter a title.", fields: { title: "Enter a title." } } }, saved]);
  await world.queue.add(put("a", PATH, { title: "" }));
  await world.queue.flush();
  const [entry] = await world.queue.list();
  assert.equal(entry.state, "attention");
  assert.equal(entry.problem.fields.title, "Enter a title.");
  await world.queue.flush(true);
  assert.equal(world.asked.length, 1);
  await world.queue.again("a", { title: "Walk" });
  await world.queue.flush(true);
  assert.deepEqual(world.asked[1].body, { title: "Walk" });
  assert.deepEqual(await states(world), []);
});

test("a refused thing can be dropped, a sent one not", async () => {
  const world = queueFor(makeQueue, [saved]);
  await world.queue.add(put("a"), { mood: 3 });
  assert.equal(await world.queue.drop("a"), true);
  assert.equal(world.db.stores.cache.size, 0);
  assert.equal(await world.queue.drop("a"), false);
});

test("a thing held for an Undo is not sent before its time, unless the app is closed", async () => {
  const world = queueFor(makeQueue, [saved]);
  await world.queue.add({ ...put("a"), hold: 10000 });
  assert.equal((await world.queue.flush()).next, world.time + 10000);
  assert.equal(world.asked.length, 0);
  world.time += 10001;
  await world.queue.flush();
  assert.equal(world.asked.length, 1);
});

test("a second change made before the first was confirmed builds on the version the first one made", async () => {
  const goal = "/api/goals/0b0c7f6e-0000-4000-8000-000000000002";
  const world = queueFor(makeQueue, [(call) => ({ status: 200, json: { ...call.body, id: call.path.slice(-36), version: call.body.base_version + 1 } })]);
  for (const id of ["a", "b", "c"]) await world.queue.add(put(id, goal, { title: id, base_version: 3 }));
  await world.queue.flush();
  assert.deepEqual(world.asked.map(({ body }) => body.base_version), [3, 4, 5]);
});

test("a change of somebody else in between is not overwritten", async () => {
  const goal = "/api/goals/0b0c7f6e-0000-4000-8000-000000000002";
  const world = queueFor(makeQueue, [(call) => ({ status: 409, json: { server: { id: call.path.slice(-36), version: 9 } } })]);
  await world.queue.add(put("a", goal, { title: "mine", base_version: 3 }));
  await world.queue.flush();
  const [entry] = await world.queue.list();
  assert.equal(entry.state, "attention");
  assert.equal(entry.problem.server.version, 9);
});

test("a café's login page is no answer", async () => {
  const world = queueFor(makeQueue, [{ status: 200, type: "text/html" }]);
  await world.queue.add(put("a"));
  const report = await world.queue.flush();
  assert.equal(report.reached, false);
  assert.deepEqual(await states(world), ["a waiting"]);
});

test("deleting what is gone already counts as done", async () => {
  const world = queueFor(makeQueue, [{ status: 404 }]);
  await world.queue.add({ id: "a", method: "DELETE", path: PATH });
  await world.queue.flush();
  assert.deepEqual(await states(world), []);
});
