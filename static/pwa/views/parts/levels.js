/** The six kinds of goal in plain words: none is better than another, and their order means nothing. */
import { useState } from "../../vendor/preact.js";
import { t } from "../../core.js";
import { html, Button, useData } from "../../ui.js";
import { focusSoon } from "./focus.js";
import { RadioRows } from "../../forms.js";

/** Used when the kinds cannot be shown and nothing was chosen: the broadest one, about life as a whole. */
export const WIDEST_LEVEL = "wider_problems";

/** Choose a kind. With a choice made before (`folded`) only that one shows, and a button opens all six. */
export function LevelChoice({ id, value, error, onInput, folded }) {
  const { data, problem } = useData("/api/content/goal-levels");
  const [open, setOpen] = useState(!folded);
  if (!data) return html`<p class="hint">${problem ? t("goal.level-none") : t("loading")}</p>`;
  const unfold = () => { setOpen(true); focusSoon(id); };
  const chosen = data.items.find((level) => level.key === value);
  if (!open && !error && chosen) {
    return html`<section class="card"><h2 class="small">${t("goal.level")}</h2><p><b>${chosen.title}</b></p><p class="meta">${chosen.explain}</p>
      <${Button} kind="plain" aria-expanded="false" onClick=${unfold}>${t("goal.level-change")}<//></section>`;
  }
  return html`<${RadioRows} id=${id} legend=${t("goal.level")} hint=${t("goal.level-hint")} error=${error} value=${value} onInput=${onInput}
    options=${data.items.map((level) => ({ value: level.key, label: level.title, hint: level.explain }))} />`;
}

/** True when the kinds are on this phone, so that choosing one can be asked for. */
export const useLevelsKnown = () => useData("/api/content/goal-levels").data !== undefined;
