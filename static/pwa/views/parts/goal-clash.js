/** Two phones changed the same goal: both versions side by side, and the person chooses. */
import { sayDay, t } from "../../core.js";
import { html, Button, Page, toast, useData } from "../../ui.js";
import { differing } from "./goal-data.js";

const LABELS = {
  title: "goal.title", why: "goal.why", level: "goal.level", steps: "goal.steps", target_on: "goal.target", template: "clash.template",
  area: "clash.area", confidence: "clash.confidence", lifecycle: "clash.lifecycle", shared: "clash.shared",
};

const Steps = ({ steps }) => html`<ul>${steps.map((step) => html`<li key=${step.id}>${step.title}${step.done_on && html` <span
    class="meta">(${t("clash.done")})</span>`}</li>`)}</ul>`;

function say(name, value, levels) {
  if (name === "steps" && value.length) return html`<${Steps} steps=${value} />`;
  if (name === "shared") return t(value ? "clash.yes" : "clash.no");
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return t("clash.empty");
  if (name === "lifecycle") return t(`goals.${value}`);
  if (name === "target_on") return sayDay(value, "date");
  if (name === "level") return (levels.find((level) => level.key === value) || { title: value }).title;
  return String(value);
}

const Version = ({ title, goal, names, levels, keep, label }) => html`<section class="card"><h2 class="small">${title}</h2>
  <dl class="summary-list">${names.map((name) => html`<div key=${name}><dt>${t(LABELS[name])}</dt><dd>${say(name, goal[name], levels)}</dd></div>`)}</dl>
  <div class="buttons"><${Button} onClick=${keep}>${label}<//></div></section>`;

/** The page that asks which version to use. `after` reads the goal again. */
export function Clash({ clash, after }) {
  const { data } = useData("/api/content/goal-levels");
  const levels = data ? data.items : [];
  const names = differing(clash.mine, clash.server);
  const keep = (work) => async () => {
    await work();
    toast(t("saved"));
    after();
  };
  return html`<${Page} title=${t("clash.title")} lede=${t("clash.lede")} name=${t("goal.title")} back="#/goals">
    ${!names.length && html`<p>${t("clash.same")}</p>`}
    <div class="two"><${Version} title=${t("clash.mine")} goal=${clash.mine} names=${names} levels=${levels} keep=${keep(clash.keepMine)}
        label=${t("clash.keep-mine")} />
      <${Version} title=${t("clash.server")} goal=${clash.server} names=${names} levels=${levels} keep=${keep(clash.keepServer)}
          label=${t("clash.keep-server")} /></div><//>`;
}
