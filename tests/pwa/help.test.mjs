import assert from "node:assert/strict";
import test from "node:test";
import "./world.mjs";

const { sift } = await import("../../static/pwa/views/parts/service-facts.js");
const { topicsFor } = await import("../../static/pwa/views/parts/goal-topics.js");

const yes = { id: 1, facts: { dogs: "yes", free: "yes" } };
const half = { id: 2, facts: { dogs: "yes", free: "not_said" } };
const no = { id: 3, facts: { dogs: "no", free: "yes" } };
const old = { id: 4 };
const cards = [yes, half, no, old];

test("yes and not said stand apart, no is dropped, and an old card without facts says nothing", () => {
  assert.deepEqual(sift(cards, ["dogs", "free"]), [[yes], [half, old]]);
  assert.deepEqual(sift(cards, ["dogs"]), [[yes, half], [old]]);
});

test("without a wish everything stays", () => {
  assert.deepEqual(sift(cards, []), [cards, []]);
});

const debt = { key: "debt", title: "Debt advice", goal_words: ["debt", "debts", "money i owe"] };
const work = { key: "work", title: "Work", goal_words: ["job", "cv"] };
const food = { key: "food", title: "Food", goal_words: [] };
const topics = [debt, work, food, { key: "old", title: "Old" }];
const goal = (more) => ({ title: "Sleep better", why: null, template: null, ...more });

test("a goal about debt offers debt advice, by its words, its reason or its template", () => {
  assert.deepEqual(topicsFor(goal({ title: "Clear my DEBTS." }), topics), [debt]);
  assert.deepEqual(topicsFor(goal({ why: "The money I owe keeps me awake" }), topics), [debt]);
  assert.deepEqual(topicsFor(goal({ template: "sort_my_debts" }), topics), [debt]);
  assert.deepEqual(topicsFor(goal({ title: "A job, then my debt" }), topics), [debt, work]);
});

test("part of a word is not the word, and words of two fields do not make one phrase", () => {
  assert.deepEqual(topicsFor(goal({ title: "Be less indebted to jobsworths" }), topics), []);
  assert.deepEqual(topicsFor(goal({ title: "Save money", why: "I owe it to my mum" }), topics), []);
  assert.deepEqual(topicsFor(goal({}), topics), []);
});
