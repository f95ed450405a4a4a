import assert from "node:assert/strict";
import test from "node:test";
import "./world.mjs";

const { addWords } = await import("../../static/pwa/words.js");
addWords((await import("../../static/pwa/strings/en/help.js")).default);
const { bearing, canZoom, marksOf, planMap, ringsOf, sayNumbers, sayWay } = await import("../../static/pwa/views/parts/map-plan.js");

const LEEDS = { lat: 53.7965, lon: -1.5478 };
const PHONE = { w: 328, h: 328, em: 13 };
const card = (id, lat, lon, approximate = false) => ({ id, place: { lat, lon, approximate } });
const plan = (cards, more = {}) => planMap({ near: LEEDS, marks: [...marksOf(LEEDS, cards).values()], names: [], size: PHONE, ...more });
// A place some miles from the middle of Leeds in a direction.
const off = (id, miles, degrees, rough) => card(id, LEEDS.lat + (miles * Math.cos(degrees * Math.PI / 180)) / 69.09,
  LEEDS.lon + (miles * Math.sin(degrees * Math.PI / 180)) / (69.09 * Math.cos(LEEDS.lat * Math.PI / 180)), rough);
const touch = (a, b) => Math.abs(a.x - b.x) * 2 < a.w + b.w && Math.abs(a.y - b.y) * 2 < a.h + b.h;

test("Bradford is eight miles west of Leeds, York north-east of it", () => {
  const bradford = bearing(LEEDS, { lat: 53.7939, lon: -1.7521 });
  assert.equal(Math.round(bradford.miles), 8);
  assert.equal(sayWay(bradford.angle), "west");
  assert.equal(sayWay(bearing(LEEDS, { lat: 53.96, lon: -1.08 }).angle), "north-east");
  assert.equal(sayWay(359), "north");
});

test("numbers follow the list, and a place nobody can find has none", () => {
  const cards = [off("a", 1, 0), { id: "b", place: null }, card("c", null, null), off("d", 2, 90, true)];
  const marks = marksOf(LEEDS, cards);
  assert.deepEqual([...marks].map(([one, { n, way, rough }]) => [one.id, n, way, rough]), [["a", 1, "north", false], ["d", 2, "east", true]]);
});

test("rings are round miles and two or more fit", () => {
  assert.deepEqual(ringsOf(0.25), [0.1, 0.2]);
  assert.deepEqual(ringsOf(1.1), [0.5, 1]);
  assert.deepEqual(ringsOf(4.9), [2, 4]);
  assert.deepEqual(ringsOf(30), [10, 20, 30]);
  for (let reach = 0.25; reach < 900; reach *= 1.07) assert.ok(ringsOf(reach).length >= 2 && ringsOf(reach).length <= 5, `${reach}`);
});

test("north is up, east is right, and twice as far is twice as many pixels", () => {
  const { dots, middle, scale } = plan([off("n", 1, 0), off("e", 2, 90), off("s", 2, 180), off("w", 1, 270)]);
  const [n, e, s, w] = [1, 2, 3, 4].map((number) => dots.find((dot) => dot.label === String(number)));
  assert.ok(Math.abs(n.x - middle.x) < 1 && n.y < middle.y);
  assert.ok(e.x > middle.x && Math.abs(e.y - middle.y) < 1);
  assert.ok(Math.abs((s.y - middle.y) - 2 * (middle.y - n.y)) < 1);
  assert.ok(Math.abs((e.x - middle.x) - 2 * (middle.x - w.x)) < 1);
  assert.ok(Math.abs((middle.y - n.y) - scale) < 1);
});

test("places at one spot are one dot with all their numbers, and no two dots ever touch", () => {
  assert.deepEqual(plan([off("a", 1, 0), off("b", 1, 0), off("c", 3, 90)]).dots.map((dot) => dot.label).sort(), ["1, 2", "3"]);
  for (let round = 0; round < 50; round += 1) {
    const cards = Array.from({ length: 40 }, (_, i) => off(i, ((i * 7 + round) % 40) / 9, (i * 47 * (round + 1)) % 360));
    for (const size of [PHONE, { w: 288, h: 288, em: 26 }, { w: 608, h: 352, em: 13 }]) {
      const { dots, outside } = plan(cards, { size, zoom: round % 3 });
      const numbers = dots.flatMap((dot) => dot.numbers);
      assert.equal(new Set(numbers).size, numbers.length);
      assert.equal(numbers.length + outside, 40);
      for (const [i, one] of dots.entries()) {
        assert.ok(one.x - one.w / 2 >= 0 && one.x + one.w / 2 <= size.w && one.y - one.h / 2 >= 0 && one.y + one.h / 2 <= size.h);
        assert.ok(!dots.slice(i + 1).some((other) => touch(one, other)));
      }
    }
  }
});

test("a dot is drawn as rough only when all that stand there are", () => {
  const rough = (...cards) => plan(cards).dots.map((dot) => dot.rough);
  assert.deepEqual(rough(off("a", 1, 0, true), off("b", 1, 0, true)), [true]);
  assert.deepEqual(rough(off("a", 1, 0, true), off("b", 1, 0, false)), [false]);
});

test("words cover neither dots nor each other, and the first has the first choice", () => {
  const names = ["Leeds", "Pudsey", "Morley", "LS1", "LS2", "LS3"].map((name, i) => ({ name, ...off(name, i / 3, i * 50).place }));
  const cards = Array.from({ length: 12 }, (_, i) => off(i, 1 + i / 6, i * 30));
  const { dots, names: words, ringNames } = plan(cards, { names });
  const points = words.map(({ of }) => ({ ...of, w: 4, h: 4 }));
  for (const point of points) assert.ok(![...words, ...ringNames].some((word) => touch(word, point)));
  const all = [...dots, ...words, ...ringNames];
  for (const [i, one] of all.entries()) assert.ok(!all.slice(i + 1).some((other) => touch(one, other)));
  assert.ok(words.some(({ text }) => text === "Leeds"));
  assert.equal(plan([off("a", 1, 0)], { names: [{ name: "A very long name of a town that is wider than the map".repeat(2), ...LEEDS }] }).names.length, 0);
});

test("a closer look tells how many are outside, and ends where nothing more can be told apart", () => {
  const cards = [off("a", 0.4, 0), off("b", 10, 90)];
  assert.equal(plan(cards).outside, 0);
  assert.equal(plan(cards, { zoom: 3 }).outside, 1);
  const marks = [...marksOf(LEEDS, cards).values()];
  assert.ok(canZoom(marks, 0));
  assert.ok(!canZoom(marks, 6));
  assert.ok(!canZoom([...marksOf(LEEDS, [off("a", 0.1, 0)]).values()], 0));
});

test("a place at the very middle and one alone do not break the sums", () => {
  const [dot] = plan([off("a", 0, 0)]).dots;
  assert.ok(Number.isFinite(dot.x) && Number.isFinite(dot.y));
});

test("runs of numbers are said short", () => {
  assert.equal(sayNumbers([3, 1, 2, 7]), "1–3, 7");
  assert.equal(sayNumbers([4, 5]), "4, 5");
  assert.equal(sayNumbers([9]), "9");
});
