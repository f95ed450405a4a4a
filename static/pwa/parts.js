/** Parts that come with the screens that need them: stepping stones, sheet, task list; and our two fixed sentences. */
import { useLayoutEffect, useRef } from "./vendor/preact.js";
import { addWords, t } from "./core.js";
import { Button, html, Pill } from "./ui.js";

addWords({ "stones": "{done} of {all}", "task.done": "Done", "task.todo": "Not started" });

/** What this is, word for word (welcome, about). */
export const PURPOSE = "A personal planner and diary. It stores and shows what you enter, reminds you at the times you chose, "
  + "and lists public services. It does not assess, monitor, diagnose, predict or treat, and gives no advice on medicines.";
/** Stands beside everything that is shared, word for word. */
export const NOT_WATCHED = "Your keyworker looks when they can. This is not watched.";

/** Progress as stepping stones; the sentence is what counts. */
export const Stones = ({ done, all, say }) => html`<p class="stones"><span class="row" aria-hidden="true">
  ${Array.from({ length: Math.min(all, 10) }, (_, i) => html`<i class=${i < (all > 10 ? (done / all) * 10 : done) ? "on" : ""} />`)}
  </span><span>${say || t("stones", { done, all })}</span></p>`;

/** A sheet from the bottom for a confirmation or instructions. */
export function Sheet({ open, onClose, title, children }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    if (open && !box.current.open) box.current.showModal();
    if (!open && box.current.open) box.current.close();
  }, [open]);
  return html`<dialog class="sheet" ref=${box} aria-labelledby="sheet-title" onClose=${onClose}>
    ${open && html`<h2 id="sheet-title">${title}</h2>${children}
      <${Button} kind="plain" onClick=${onClose}>${t("do.close")}<//>`}
  </dialog>`;
}

/** Things to do for a start: items [{title, href, done}]. */
export const TaskList = ({ items }) => html`<ul class="tasks">${items.map((item) => html`<li><a href=${item.href}>${item.title}</a>
  ${item.done ? html`<${Pill}>${t("task.done")}<//>` : html`<${Pill} tone="sky">${t("task.todo")}<//>`}</li>`)}</ul>`;
