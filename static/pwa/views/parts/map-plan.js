/**
 * Where everything stands on the map of results: sums only, no drawing. The searched place is the middle and north is
 * up; every distance and direction from the middle is true, so rings of miles are true as well.
 */
import { t } from "../../core.js";

const MILES_ROUND = 3958.761; // from the middle of the Earth
const STEPS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const WAYS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];
const NEAREST_REACH = 0.25;
const MOST_ZOOM = 6;
const LONGEST_LABEL = 9;
const rad = (degrees) => (degrees * Math.PI) / 180;

/** How far a spot is from another, in miles, and in which direction: 0 is north, 90 east. */
export function bearing(from, to) {
  const [a, b, wide] = [rad(from.lat), rad(to.lat), rad(to.lon - from.lon)];
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(wide / 2) ** 2;
  const angle = Math.atan2(Math.sin(wide) * Math.cos(b), Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(wide));
  return { miles: 2 * MILES_ROUND * Math.asin(Math.min(1, Math.sqrt(half))), angle: ((angle * 180) / Math.PI + 360) % 360 };
}

/** "north-east" for a direction in degrees. */
export const sayWay = (angle) => t(`way.${WAYS[Math.round(angle / 45) % 8]}`);

const hasSpot = ({ place }) => Boolean(place) && Number.isFinite(place.lat) && Number.isFinite(place.lon);

/** The cards that can stand on a map, in their order, with their number and where they are from the middle: Map of card to mark. */
export function marksOf(near, cards) {
  const marks = new Map();
  for (const card of cards.filter(hasSpot)) {
    const { miles, angle } = bearing(near, card.place);
    marks.set(card, { n: marks.size + 1, miles, angle, way: sayWay(angle), rough: card.place.approximate });
  }
  return marks;
}

/** How many miles the map reaches from its middle; each `zoom` halves them. */
export const reachOf = (marks, zoom = 0) => Math.max(NEAREST_REACH, ...marks.map(({ miles }) => miles * 1.05)) / 2 ** zoom;

/** True while a closer look still tells places apart. */
export const canZoom = (marks, zoom) => zoom < MOST_ZOOM && reachOf(marks, zoom) > NEAREST_REACH;

/** Rings of round numbers of miles: two or more of them fit. */
export function ringsOf(reach) {
  const step = STEPS.filter((one) => one * 2 <= reach).pop() || STEPS[0];
  return Array.from({ length: Math.max(1, Math.floor(reach / step)) }, (_, i) => Number((step * (i + 1)).toFixed(2)));
}

/** "1–3, 7" of some numbers. */
export function sayNumbers(numbers) {
  const runs = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = runs[runs.length - 1];
    if (last && n === last[1] + 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? from : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`)).join(", ");
}

const labelOf = (numbers) => {
  const words = sayNumbers(numbers);
  return words.length > LONGEST_LABEL ? t("map.many", { n: numbers.length }) : words;
};

const overlap = (a, b, gap = 1) => Math.abs(a.x - b.x) * 2 < a.w + b.w + gap * 2 && Math.abs(a.y - b.y) * 2 < a.h + b.h + gap * 2;
const within = (size, box) => Math.abs(box.x - size.w / 2) * 2 + box.w <= size.w && Math.abs(box.y - size.h / 2) * 2 + box.h <= size.h;
const clamp = (value, half, most) => Math.min(Math.max(value, half), most - half);

/** Dots that would touch become one, with all their numbers, until none touch. */
function gathered(dots, size) {
  const { em } = size;
  const shape = ({ spots }) => {
    const numbers = spots.map(({ n }) => n);
    const label = labelOf(numbers);
    const [w, h] = [Math.max(1.7, label.length * 0.5 + 0.9) * em, 1.7 * em];
    const mean = (axis) => spots.reduce((sum, one) => sum + one[axis], 0) / spots.length;
    return { spots, numbers, label, w, h, rough: spots.every(({ rough }) => rough),
      x: clamp(mean("x"), w / 2 + 1, size.w - 1), y: clamp(mean("y"), h / 2 + 1, size.h - 1) };
  };
  const groups = [];
  for (const dot of dots) {
    let now = shape({ spots: [dot] });
    for (let hit; (hit = groups.findIndex((one) => overlap(one, now))) >= 0;) now = shape({ spots: [...groups.splice(hit, 1)[0].spots, ...now.spots] });
    groups.push(now);
  }
  return groups;
}

/** Words that fit nowhere without covering something are left out; those that come first have the first choice. `of` is the point they name. */
function placed(wanted, taken, size) {
  const found = [];
  for (const { text, spots, of } of wanted) {
    const [w, h] = [(text.length * 0.58 + 0.4) * size.em, size.em];
    const point = of && { ...of, w: 4, h: 4 };
    const others = [...taken, ...found.flatMap((one) => (one.point ? [one, one.point] : [one]))];
    const box = !(point && found.some((one) => overlap(one, point))) && spots.map(({ x, y }) => ({ x, y, w, h, text, of, point }))
      .find((one) => within(size, one) && !others.some((other) => overlap(one, other)));
    if (box) found.push(box);
  }
  return found;
}

/** Above, below, right and left of a point, so that a word of this length does not cover it, nor a dot that stands on it. */
const around = ({ x, y }, text, em) => {
  const side = (text.length * 0.29 + 0.6) * em;
  return [{ x, y: y - em * 1.1 }, { x, y: y + em * 1.1 }, { x, y: y - em * 1.8 }, { x, y: y + em * 1.8 }, { x: x + side, y }, { x: x - side, y }];
};

/**
 * The whole map. `marks` as marksOf gives them, `names` [{name, lat, lon}] with the most telling first, `size` {w, h, em} in
 * pixels. Answers {reach, scale, rings, middle, dots, names, ringNames, outside}; x and y are pixels from the top left.
 */
export function planMap({ near, marks, names, size, zoom = 0 }) {
  const reach = reachOf(marks, zoom);
  const middle = { x: size.w / 2, y: size.h / 2 };
  const scale = (Math.min(size.w, size.h) / 2 - size.em) / reach; // pixels to a mile
  const at = ({ miles, angle }) => ({ x: middle.x + miles * scale * Math.sin(rad(angle)), y: middle.y - miles * scale * Math.cos(rad(angle)) });
  const inside = ({ x, y }) => x >= 0 && y >= 0 && x <= size.w && y <= size.h;
  const shown = marks.map((mark) => ({ ...mark, ...at(mark) })).filter(inside);
  const dots = gathered(shown, size);
  const rings = ringsOf(reach).map((miles) => ({ miles, r: miles * scale }));
  const centre = { ...middle, w: size.em * 2.2, h: size.em * 2.2 };
  const corner = { x: 0, y: size.h, w: size.em * 14, h: size.em * 6.6 }; // the scale bar stands there
  const arrow = { x: size.w, y: 0, w: size.em * 4, h: size.em * 8.4 };
  const spots = names.map((one) => ({ text: one.name, ...at(bearing(near, one)) })).filter(inside);
  const fixed = [...dots, centre, corner, arrow];
  const words = placed(spots.map((one) => ({ text: one.text, of: one, spots: around(one, one.text, size.em) })), fixed, size);
  const sides = [90, 270, 180, 0, 45, 135, 315, 225];
  const ringNames = placed(rings.map(({ miles }) => ({ text: t("miles.n", { n: miles }), spots: sides.map((angle) => at({ miles, angle })) })), [...fixed, ...words, ...words.map(({ point }) => point)], size);
  return { reach, scale, rings, middle, dots, names: words, ringNames, outside: marks.length - shown.length };
}
