/** Where a goal is in its life: pause, finish, let go, start again; and what happened so far. Nothing is a dead end. */
import { useState } from "../../vendor/preact.js";
import { queued, sayDay, t, today } from "../../core.js";
import { html, Button, Card, Loaded, useData } from "../../ui.js";
import { focusSoon } from "./focus.js";
import { changeGoal, GOALS, stepsDone } from "./goal-data.js";

/** The moves that make sense now; any of them can be undone by another. */
export function Life({ goal }) {
  const to = (next) => () => changeGoal(goal, () => ({ lifecycle: next })).then(() => focusSoon("life"));
  const { lifecycle } = goal;
  const allDone = goal.steps.length > 0 && stepsDone(goal) === goal.steps.length;
  return html`<${Card} id="life" tabindex="-1" title=${t("goal.state")}><p class="meta">${t("goal.keeps")}</p><div class="buttons">
    ${lifecycle === "active" && html`<${Button} onClick=${to("cancelled")}>${t("goal.let-go")}<//><${Button}
        onClick=${to("on_hold")}>${t("goal.pause")}<//>
      <${Button} kind=${allDone ? "main" : "quiet"} onClick=${to("completed")}>${t("goal.finish")}<//>`}
    ${lifecycle === "on_hold" && html`<${Button} onClick=${to("cancelled")}>${t("goal.let-go")}<//><${Button}
        onClick=${to("completed")}>${t("goal.finish")}<//>`}
    ${lifecycle !== "active" && html`<${Button} kind="main" onClick=${to("active")}>${t(lifecycle === "proposed" ? "goal.start" : "goal.again")}<//>`}
  </div><//>`;
}

function Lines({ goal }) {
  const history = useData(`${GOALS}/${goal.id}/history`);
  return html`<${Loaded} of=${history} blocks=${1}>${({ items }) => html`<ul class="stack">${items.map((line) =>
    html`<li key=${line.id}>${t(`what-happened.${line.what}`)}<span class="meta"> – ${sayDay(today(new Date(line.at)), "date")}</span></li>`)}</ul>`}<//>`;
}

/** The history, read when it is opened. */
export function History({ goal }) {
  const [open, setOpen] = useState(false);
  const unsent = !goal.version && queued.value.some((entry) => entry.path === `${GOALS}/${goal.id}`);
  return html`<section class="card"><${Button} kind="plain" aria-expanded=${open ? "true" : "false"}
      onClick=${() => setOpen(!open)}>${t("goal.history")}<//>
    ${open && (unsent ? html`<p>${t("goal.history-wait")}</p>` : html`<${Lines} goal=${goal} />`)}</section>`;
}
