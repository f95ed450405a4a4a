/** Looking up services: the question to the server, the last list, what a person saved, distances in words. */
import { api, db, kept, me, sayDay, seal, stamp, t, today } from "../../core.js";
import { sift } from "./service-facts.js";

const SERVICES = "/api/directory/services";
const LAST = "help:last";
const SAVED = "help:saved";
const FILTERS = "help:filters";
const NAMES = "help:names";
const MOST_SAVED = 50;
const PER_PAGE = 10;

/** What a person needs to be let in, when nothing is chosen. */
export const NO_FILTERS = { facts: [], age: null };
/** The times a service can be asked to be open, and none of them. */
export const TIMES = ["open_now", "open_today", "open_evening"];
export const NO_TIMES = Object.fromEntries(TIMES.map((name) => [name, false]));
/** A search that asks for nothing yet. */
export const EMPTY = { near: "", lat: null, lon: null, text: "", topic: null, within_km: null, ...NO_TIMES, ...NO_FILTERS };
/** What is chosen of the filters: facts, and an age. */
export const wishes = ({ facts, age }) => [...facts, ...(age === null ? [] : ["age"])];

/** The address of one page of results. */
export function pathOf(search, page = 1) {
  const query = new URLSearchParams({ per_page: String(PER_PAGE) });
  for (const [name, value] of Object.entries(search)) if ((value || value === 0) && String(value)) query.set(name, String(value));
  if (page > 1) query.set("page", String(page));
  return `${SERVICES}?${query}`;
}

/** Ask the server, and keep the first page as the last list of this phone. */
export async function find(search, page = 1) {
  const reply = await api("GET", pathOf(search, page));
  if (reply.ok && page === 1) {
    remember(search, reply.body);
    const { items, national, not_said: unsaid } = reply.body;
    if (items.length + national.length + unsaid.length) await keep(LAST, { search, results: reply.body });
  }
  return reply;
}

/**
 * Names of towns and districts around a position, the most telling first, for a map. The phone keeps the last ones it was told.
 * What is asked for is rounded, like the phone's own position: a search by postcode says no more here than it must.
 */
export async function namesAround({ lat, lon }, km) {
  const rough = (degrees) => degrees.toFixed(2);
  const reply = await api("GET", `/api/directory/names?lat=${rough(lat)}&lon=${rough(lon)}&within_km=${Math.min(km, 500)}`);
  if (!reply.ok) return ((await read(NAMES)) || { body: [] }).body;
  await keep(NAMES, reply.body.items);
  return reply.body.items;
}

// The list a person comes back to from one service; it belongs to whoever looked.
let inHand = null;
const who = () => (me.value ? me.value.id : "");
export const remember = (search, results) => { inHand = { who: who(), at: Date.now(), search, results }; };
/** What was found since this page opened: {search, results}, or null. */
export const inMemory = () => (inHand && inHand.who === who() ? inHand : null);

// Only a phone of one's own keeps lists; they lie in the sealed cache and go with it at sign-out.
async function keep(name, body, at = Date.now()) {
  const owner = await db.get("meta", "account");
  if (!me.value || !owner || !owner.own) return false;
  const box = { at, ...(await seal(name, body)) };
  await db.change(["cache"], (cache) => cache.put(box, name));
  return true;
}

async function read(name) {
  const owner = await db.get("meta", "account");
  if (!me.value || !owner || !owner.own) return undefined;
  return kept(name);
}

/** Whether a place was open when it was kept says nothing now. */
export const NO_HOURS = { open: "", opens_text: "" };

/** The filters chosen on this phone the last time; none where the phone may not keep them. */
export const keptFilters = async () => ((await read(FILTERS)) || { body: NO_FILTERS }).body;
export const keepFilters = ({ facts, age }) => keep(FILTERS, { facts, age });

/**
 * The last list this phone or this page has: {at, search, results}, or undefined. It says nothing of what is open.
 * With `facts` the cards in it are sorted by them, as the server would.
 */
export async function lastList(facts = []) {
  const found = await read(LAST);
  const { search, results } = found ? found.body : inMemory() || {};
  if (!results) return undefined;
  const plain = (cards) => (cards || []).map((card) => ({ ...card, ...NO_HOURS }));
  const before = [plain(results.items), plain(results.national), plain(results.not_said)];
  const [[items, some], [national, lines], [sure, rest]] = before.map((cards) => sift(cards, facts));
  // Without filters nothing is left unsaid that was asked; what stood apart then still stands apart.
  const unsaid = facts.length ? [...some, ...lines, ...rest] : sure;
  const yes = facts.length ? [...items, ...sure.filter((card) => card.place)] : items;
  const more = facts.length ? [...national, ...sure.filter((card) => !card.place)] : national;
  return { at: found ? found.at : inHand.at, search, results: { ...results, items: yes, national: more, not_said: unsaid, total: yes.length, not_said_total: unsaid.length } };
}

/** The services a person saved on this phone, newest first. */
export const saved = async () => ((await read(SAVED)) || { body: [] }).body;

/** Save a service on this phone, or take it off again; false where the phone may not keep it. */
export async function setSaved(card, on) {
  const others = (await saved()).filter((one) => one.id !== card.id);
  return keep(SAVED, on ? [shortOf(card), ...others].slice(0, MOST_SAVED) : others);
}

/** What the server says now takes the place of what was saved of it before. */
export async function freshen(service) {
  const list = await saved();
  if (list.some(({ id }) => id === service.id)) await keep(SAVED, list.map((one) => (one.id === service.id ? shortOf(service) : one)));
}

/** Take services out of all that this phone keeps and shows: somebody took them away, or they are gone. */
export async function forgetServices(ids) {
  const stays = (card) => !ids.includes(card.id);
  const without = ({ items, national, not_said: unsaid = [], ...rest }) =>
    ({ ...rest, items: items.filter(stays), national: national.filter(stays), not_said: unsaid.filter(stays) });
  const all = ({ items, national, not_said: unsaid = [] }) => [...items, ...national, ...unsaid];
  const [list, last] = [await saved(), await read(LAST)];
  if (!list.every(stays)) {
    await keep(SAVED, list.filter(stays));
    stamp.value += 1; // what is on screen is read again
  }
  if (last && !all(last.body.results).every(stays)) await keep(LAST, { ...last.body, results: without(last.body.results) }, last.at);
  if (inHand) inHand = { ...inHand, results: without(inHand.results) };
}

/** Ask what was taken away lately, the same list for everybody, and forget it; nothing is asked when nothing is kept. */
export async function forgetWithdrawn() {
  if (!(await saved()).length && !(await read(LAST))) return;
  const reply = await api("GET", "/api/directory/withdrawn");
  if (reply.ok) await forgetServices(reply.body.items);
}

const CARD = ["id", "name", "organisation", "summary", "topics", "place", "open", "opens_text", "phones", "url", "email", "free",
  "self_referral", "facts", "who_text", "source", "checked_on"];
const shortOf = (service) => ({
  ...Object.fromEntries(CARD.map((name) => [name, service[name]])), distance_km: null, ...NO_HOURS, kept_at: Date.now(),
});

/** The short form of a service, from the list in hand or from this phone, with the time it is from. */
export async function shortVersion(id) {
  for (const list of [inMemory(), await lastList(), { results: { items: await saved() } }]) {
    const { items = [], national = [], not_said: unsaid = [] } = list ? list.results : {};
    const hit = [...items, ...national, ...unsaid].find((card) => card.id === id);
    if (hit) return { kept_at: list.at, ...hit };
  }
  return null;
}

/** Where the phone is, to about a kilometre: rounded here, so nothing finer leaves the phone. Null if it will not say. */
export const roughPlace = () => new Promise((done) => {
  if (!navigator.geolocation) return done(null);
  const rough = (degrees) => Math.round(degrees * 100) / 100;
  return navigator.geolocation.getCurrentPosition(
    ({ coords }) => done({ lat: rough(coords.latitude), lon: rough(coords.longitude) }),
    () => done(null),
    { enableHighAccuracy: false, timeout: 15000, maximumAge: 600000 },
  );
});

/** "0.4 miles" from kilometres. */
export function sayMiles(km) {
  const miles = km * 0.621371;
  if (miles < 0.1) return t("miles.close");
  const n = miles < 10 ? Math.round(miles * 10) / 10 : Math.round(miles);
  return t("miles.n", { n });
}

/** The distance of a card in words; an empty string when it has none. */
export const sayAway = ({ distance_km: km, place }) =>
  (km === null || km === undefined ? "" : t(place && place.approximate ? "miles.about" : "miles.away", { n: sayMiles(km) }));

/** "Open until 8 pm", or open, closed, not known. */
export const sayOpen = ({ open, opens_text: words }) => (open === "unknown" ? t("open.unknown") : words || (open && t(`open.${open}`)));

/** "As of 20 November 2026." of what a phone kept. */
export const sayAsOf = (at) => t("find.as-of", { when: sayDay(today(new Date(at)), "date") });

/** The link that calls or texts a number as it was written. */
export const callLink = (number) => `tel:${number.replace(/[^\d+]/g, "")}`;

/** True for an address that a browser may follow. */
export const isWeb = (url) => /^https?:\/\//i.test(url || "");

/** A map of a place that opens only when tapped; null when nobody knows where it is. */
export function mapLink({ lat, lon, approximate, address, postcode }) {
  const words = [address, postcode && !(address || "").includes(postcode) && postcode].filter(Boolean).join(", ");
  const words_first = approximate || lat === null || lat === undefined;
  if (words_first && !words) return null;
  const what = words_first ? words : `${lat},${lon}`;
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(what)}`;
}
