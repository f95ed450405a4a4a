/** Pictures of numbers: a line of days with its gaps left open, always with a sentence and a table; and a sparkline. */
import { useState } from "./vendor/preact.js";
import { addWords, sayDay, t } from "./core.js";
import { Button, html } from "./ui.js";

addWords({
  "chart.table": "Show as a table",
  "chart.picture": "Show as a picture",
  "chart.day": "Day",
  "chart.answer": "Answer",
  "chart.none": "No answer",
});

const W = 320;
const H = 150;
const [LEFT, RIGHT, TOP, BOTTOM] = [72, 10, 10, 24];

/** Runs of days with an answer; a day without one ends a run. */
export function runs(points) {
  const found = [[]];
  points.forEach(({ value }, i) => {
    if (value === null || value === undefined) found.push([]);
    else found[found.length - 1].push([i, value]);
  });
  return found.filter((run) => run.length);
}

/**
 * A line chart. `points` [{on, value | null}], `words` {value: word} name the lines, `sentence` says what it shows.
 */
export function Chart({ title, points, sentence, words, min = 1, max = 5 }) {
  const [table, show] = useState(false);
  const x = (i) => LEFT + (i * (W - LEFT - RIGHT)) / Math.max(1, points.length - 1);
  const y = (value) => TOP + ((max - value) * (H - TOP - BOTTOM)) / (max - min);
  const parts = runs(points);
  const last = parts.length && parts[parts.length - 1].slice(-1)[0];
  const lines = Object.keys(words).map(Number);
  const picture = html`<svg class="chart" viewBox=${`0 0 ${W} ${H}`} role="img" aria-label=${sentence}>
    ${lines.map((value) => html`<line class="grid" x1=${LEFT} x2=${W - RIGHT} y1=${y(value)} y2=${y(value)} />
      <text x=${LEFT - 8} y=${y(value) + 4} text-anchor="end">${words[value]}</text>`)}
    ${parts.map((run) => html`<polyline points=${run.map(([i, value]) => `${x(i)},${y(value)}`).join(" ")} />
      ${run.map(([i, value]) => html`<circle class="dot" cx=${x(i)} cy=${y(value)} r="3" />`)}`)}
    ${last && html`<circle class="now" cx=${x(last[0])} cy=${y(last[1])} r="5" />`}
    <text x=${LEFT} y=${H - 4}>${sayDay(points[0].on, "short").slice(4)}</text>
    <text x=${W - RIGHT} y=${H - 4} text-anchor="end">${sayDay(points[points.length - 1].on, "short").slice(4)}</text></svg>`;
  const grid = html`<div class="scroll" tabindex="0" role="region" aria-label=${title}><table><caption class="hide">${title}</caption>
    <thead><tr><th scope="col">${t("chart.day")}</th><th scope="col">${t("chart.answer")}</th></tr></thead>
    <tbody>${points.map(({ on, value }) => html`<tr><th scope="row">${sayDay(on)}</th>
      <td>${value === null || value === undefined ? t("chart.none") : words[value] || value}</td></tr>`)}</tbody></table></div>`;
  return html`<figure class="figure">${table ? grid : picture}<figcaption>${sentence}</figcaption>
    <${Button} kind="plain" onClick=${() => show(!table)}>${t(table ? "chart.picture" : "chart.table")}<//></figure>`;
}

/** A small line without words for a table cell; `say` is its sentence. */
export function Sparkline({ values, say, min = 1, max = 5 }) {
  const step = 96 / Math.max(1, values.length - 1);
  const y = (value) => 4 + ((max - value) * 16) / (max - min);
  const parts = runs(values.map((value) => ({ value })));
  const last = parts.length && parts[parts.length - 1].slice(-1)[0];
  return html`<svg class="spark" viewBox="0 0 104 24" role="img" aria-label=${say}><line class="grid" x1="4" x2="100" y1="12" y2="12" />
    ${parts.map((run) => html`<polyline points=${run.map(([i, value]) => `${4 + i * step},${y(value)}`).join(" ")} />`)}
    ${last && html`<circle class="now" cx=${4 + last[0] * step} cy=${y(last[1])} r="3.5" />`}</svg>`;
}
