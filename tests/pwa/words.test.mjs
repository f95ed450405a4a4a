import assert from "node:assert/strict";
import test from "node:test";
import { addDays, addWords, instant, sayDay, sayTime, t, today } from "../../static/pwa/words.js";

addWords({ "x.left": { zero: "None left", one: "{n} left", other: "{n} left of {all}" }, "x.name": "Hello {name}" });

test("it picks the plural form", () => {
  assert.equal(t("x.left", { n: 0, all: 5 }), "None left");
  assert.equal(t("x.left", { n: 1, all: 5 }), "1 left");
  assert.equal(t("x.left", { n: 3, all: 5 }), "3 left of 5");
});

test("it fills in names and shows an unknown key as it is", () => {
  assert.equal(t("x.name", { name: "<b>" }), "Hello <b>");
  assert.equal(t("x.name"), "Hello ");
  assert.equal(t("no.such"), "no.such");
});

test("it says times and days as people do", () => {
  assert.deepEqual(["00:00", "00:05", "08:30", "12:00", "12:30", "18:00", "18:45:10.5", null].map(sayTime),
    ["midnight", "12:05 am", "8:30 am", "midday", "12:30 pm", "6 pm", "6:45 pm", ""]);
  assert.equal(sayDay("2026-11-21"), "Saturday 21 November");
  assert.equal(sayDay("2026-11-21", "short"), "Sat 21 Nov");
  assert.equal(sayDay("2026-11-21", "date"), "21 November 2026");
});

test("days follow the calendar over summer time, months and leap years", () => {
  assert.equal(addDays("2026-03-28", 1), "2026-03-29");
  assert.equal(addDays("2026-03-29", 1), "2026-03-30");
  assert.equal(addDays("2028-02-28", 1), "2028-02-29");
  assert.equal(addDays("2026-01-01", -1), "2025-12-31");
});

test("an instant carries the phone's own offset and names the same moment", () => {
  const moment = new Date("2026-07-01T23:30:00Z");
  assert.match(instant(moment), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(instant(moment)), moment.getTime());
  assert.equal(today(moment), instant(moment).slice(0, 10));
});
