/**
 * The map of what was found, drawn here from what the phone has: no tiles, and no server but our own, so nobody learns
 * who looks where. The list says all of it; a tap on a number only leads there sooner.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { t } from "../../core.js";
import { Button, html } from "../../ui.js";
import { namesAround } from "./directory.js";
import { focusSoon } from "./focus.js";
import { canZoom, planMap, reachOf } from "./map-plan.js";

export { marksOf } from "./map-plan.js";

const KM = 1.609344;
const TALLEST = 22; // in letters' height, so that the list begins on the same screen

/** The place for the map in pixels, and how tall a letter is there; null before it stands. */
function useSize() {
  const box = useRef(null);
  const [size, set] = useState(null);
  useLayoutEffect(() => {
    const look = () => {
      const em = box.current.querySelector("i").getBoundingClientRect().width;
      const w = Math.floor(box.current.getBoundingClientRect().width);
      set({ w, h: Math.round(Math.min(w, TALLEST * em)), em: em * 0.8125 });
    };
    const watch = new ResizeObserver(look);
    watch.observe(box.current);
    watch.observe(box.current.querySelector("i"));
    look();
    return () => watch.disconnect();
  }, []);
  return [box, size];
}

/** Bring a card of the list into view, and its link under the finger or the keys. */
const goTo = (n) => {
  const link = document.getElementById(`place-${n}`);
  link.closest("li").scrollIntoView({ block: "start" });
  link.focus({ preventScroll: true });
};

/** What the picture shows, in words. */
function sentence(marks, name) {
  const [first] = [...marks].sort((a, b) => a.miles - b.miles);
  return `${t("map.is", { n: marks.length, place: name })} ${t("map.nearest", { n: first.n, miles: sayMap(first.miles), way: first.way })}`;
}

const sayMap = (miles) => (miles < 0.1 ? t("miles.close") : t("miles.n", { n: miles < 10 ? Math.round(miles * 10) / 10 : Math.round(miles) }));

const Text = ({ of, kind, em }) => html`<text class=${kind} x=${of.x} y=${of.y} dy=".35em" text-anchor="middle" font-size=${em}>${of.text}</text>`;

/** The lines and words below the dots. */
const Ground = ({ plan: { rings, middle, names, ringNames, scale }, size, rough }) => html`<rect class="map-paper" width=${size.w} height=${size.h} rx="12" />
  ${rings.map(({ r }) => html`<circle class="map-ring" cx=${middle.x} cy=${middle.y} r=${r} />`)}
  ${names.map((one) => html`<circle class="map-town" cx=${one.of.x} cy=${one.of.y} r="2" /><${Text} of=${one} kind="map-name" em=${size.em} />`)}
  ${ringNames.map((one) => html`<${Text} of=${one} kind="map-miles" em=${size.em * 0.9} />`)}
  <circle class=${rough ? "map-here map-rough" : "map-here"} cx=${middle.x} cy=${middle.y} r=${size.em * 1.1} />
  <path class="map-bar" d=${`M${size.em} ${size.h - size.em * 1.6}v${size.em * 0.6}h${rings[0].miles * scale}v${-size.em * 0.6}`} />
  <text class="map-miles" x=${size.em} y=${size.h - size.em * 2} font-size=${size.em * 0.9}>${t("miles.n", { n: rings[0].miles })}</text>
  <path class="map-bar" d=${`M${size.w - size.em * 1.2} ${size.em * 2.9}V${size.em * 0.7}l${-size.em * 0.4} ${size.em * 0.6}m${size.em * 0.4} ${-size.em * 0.6}l${size.em * 0.4} ${size.em * 0.6}`} />
  <text class="map-miles" x=${size.w - size.em * 1.2} y=${size.em * 3.9} text-anchor="middle" font-size=${size.em * 0.9}>${t("map.north")}</text>`;

const Dot = ({ dot, em }) => html`<g class=${dot.rough ? "map-dot map-rough" : "map-dot"} onClick=${() => goTo(Math.min(...dot.numbers))}>
  <rect x=${dot.x - dot.w / 2} y=${dot.y - dot.h / 2} width=${dot.w} height=${dot.h} rx=${dot.h / 2} />
  <text x=${dot.x} y=${dot.y} dy=".35em" text-anchor="middle" font-size=${em * 0.95}>${dot.label}</text></g>`;

/** Names of towns and districts for the part that is shown; none while there is no network and none are kept. */
function useNames(near, km) {
  const [names, set] = useState([]);
  useEffect(() => {
    let here = true;
    namesAround(near, km).then((found) => here && set(found));
    return () => { here = false; };
  }, [near.lat, near.lon, km]);
  return names;
}

/** `marks`: Map of card to mark. `rough`: the middle itself is not known to the yard. */
export function ServiceMap({ near, marks, place, rough }) {
  const [box, size] = useSize();
  const [zoom, setZoom] = useState(0);
  const all = [...marks.values()];
  const names = useNames(near, Math.ceil(reachOf(all, zoom) * KM * 1.3));
  useEffect(() => setZoom(0), [near.lat, near.lon]);
  const look = (next) => {
    setZoom(next);
    if (!next) focusSoon("map-closer"); // the button that was pressed goes away at either end
    else if (!canZoom(all, next)) focusSoon("map-wider");
  };
  const plan = size && planMap({ near, marks: all, names, size, zoom });
  const legend = [t("map.middle", { place }), all.some((one) => one.rough) && t("map.dashed")].filter(Boolean).join(" ");
  return html`<figure class="figure map" ref=${box}><i />
    ${plan && html`<svg role="img" aria-label=${sentence(all, place)} width=${size.w} height=${size.h} viewBox=${`0 0 ${size.w} ${size.h}`}>
      <${Ground} plan=${plan} size=${size} rough=${rough} />
      ${plan.dots.map((dot) => html`<${Dot} key=${dot.numbers.join()} dot=${dot} em=${size.em} />`)}</svg>
    <figcaption class="meta">${legend} <span role="status">${plan.outside > 0 && t("map.outside", { n: plan.outside })}</span></figcaption>
    <div class="buttons">${canZoom(all, zoom) && html`<${Button} id="map-closer" onClick=${() => look(zoom + 1)}>${t("map.closer")}<//>`}
      ${zoom > 0 && html`<${Button} id="map-wider" onClick=${() => look(zoom - 1)}>${t("map.wider")}<//>`}</div>`}</figure>`;
}
