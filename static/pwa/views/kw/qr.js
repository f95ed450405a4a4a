/** A QR picture from rows of 0 and 1, drawn as one path; black on white in every theme, so that cameras read it. */
import { html } from "../../ui.js";

const QUIET = 4;

/** The path of all dark modules: one rectangle for each run in a row. */
export function darkPath(rows) {
  return rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map((run) => `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`)).join("");
}

export function Qr({ rows, label }) {
  const size = rows.length + 2 * QUIET;
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect class="qr-paper" width=${size} height=${size} /><path class="qr-ink" d=${darkPath(rows)} /></svg>`;
}
