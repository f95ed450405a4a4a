import assert from "node:assert/strict";
import test from "node:test";
import "./world.mjs";

const { go, route, startRouter } = await import("../../static/pwa/ui.js");
const { t } = await import("../../static/pwa/core.js");

const Goals = () => null;
const Goal = () => null;
const settle = () => new Promise((done) => setTimeout(done, 40));
const visit = async (hash) => {
  location.hash = hash;
  listeners.hashchange();
  await settle();
};
let invited = "";
const table = {
  "goals": { view: async () => ({ default: Goals }), tab: "goals" },
  "goals/:id": { view: async () => ({ default: Goal }), tab: "goals", words: "crisis" },
  "slow": { view: () => new Promise((done) => setTimeout(() => done({ default: Goal }), 120)) },
  "broken": { view: () => Promise.reject(new Error("404")) },
  "open": { view: async () => ({ default: Goals }), open: true },
};
startRouter(table, "/goals", (hash) => {
  if (!hash.startsWith("#i=")) return "";
  invited = hash.slice(3);
  return "/open";
});
await settle();

test("an unknown address leads home without a trace in history", () => {
  assert.equal(location.replaced.at(-1), "#/goals");
});

test("it finds a view with its parameters and its query, and loads its words", async () => {
  await visit("#/goals/a%20b?x=1&y=two");
  assert.equal(route.value.View, Goal);
  assert.deepEqual(route.value.params, { id: "a b" });
  assert.deepEqual(route.value.query, { x: "1", y: "two" });
  assert.equal(route.value.tab, "goals");
  assert.notEqual(t("crisis.title"), "crisis.title");
});

test("a route is for signed-in people unless it says it is open", async () => {
  await visit("#/goals");
  assert.equal(route.value.open, false);
  await visit("#/open");
  assert.equal(route.value.open, true);
});

test("a slow screen does not cover the one chosen after it", async () => {
  location.hash = "#/slow";
  listeners.hashchange();
  await visit("#/goals");
  await new Promise((done) => setTimeout(done, 150));
  assert.equal(route.value.View, Goals);
});

test("the code of an invite does not stay in the address", async () => {
  await visit("#i=SECRET");
  assert.equal(invited, "SECRET");
  assert.equal(location.hash, "#/open");
});

test("a screen that cannot be loaded reloads the page once, then says so", async (t) => {
  t.mock.method(console, "error", () => {});
  await visit("#/broken");
  assert.equal(location.reloads, 1);
  await visit("#/broken");
  assert.equal(location.reloads, 1);
  assert.equal(route.value.failed, "wrong.other");
});

test("go moves on, or in place of the present screen", () => {
  go("/open");
  assert.equal(location.hash, "/open");
  go("/goals", true);
  assert.equal(location.replaced.at(-1), "#/goals");
});
