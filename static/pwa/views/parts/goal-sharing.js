/** Who sees a goal, and what the keyworker wrote beside it. */
import { sayDay, t, today } from "../../core.js";
import { html, Button, Card, useData } from "../../ui.js";
import { Switch } from "../../forms.js";
import { NOT_WATCHED } from "../../parts.js";
import { changeGoal } from "./goal-data.js";

const inForce = (grant) => grant.scopes.includes("goals") && (!grant.until || grant.until.slice(0, 10) >= today());

/** The switch that shares one goal, with who will see it in words. */
export function Sharing({ goal }) {
  const grants = useData("/api/sharing/grants");
  const names = grants.data ? [...new Set(grants.data.items.filter(inForce).map((grant) => grant.keyworker.name))].join(", ") : "";
  const say = () => {
    if (!grants.data) return grants.problem ? t("goal.share-unknown") : t("loading");
    if (!names) return t("goal.share-nobody");
    return t(goal.shared ? "goal.share-who" : "goal.share-off", { names });
  };
  return html`<${Card} title=${t("goal.sharing")}>
    <${Switch} id="share" label=${t("goal.share")} hint=${say()} on=${goal.shared} onInput=${(shared) => changeGoal(goal, () => ({ shared }))} />
    <p class="meta">${NOT_WATCHED}</p>
    ${grants.data && !names && html`<div class="buttons"><${Button} href="#/sharing">${t("goal.share-choose")}<//></div>`}<//>`;
}

/** Comments on this goal, newest first; nothing at all when there are none. */
export function Comments({ goal }) {
  const { data } = useData("/api/review/comments");
  const items = data ? data.items.filter((comment) => comment.goal_id === goal.id).sort((a, b) => b.at.localeCompare(a.at)) : [];
  const by = ({ who, at }) => t("goal.comment-by", { who, when: sayDay(today(new Date(at))) });
  if (!items.length) return null;
  return html`<${Card} tone="plum" title=${t("goal.comments")}><ul class="stack">${items.map((comment) =>
    html`<li key=${comment.id}><p>${comment.text}</p><p class="meta">${by(comment)}</p></li>`)}</ul>
    <p class="meta">${t("goal.comments-limit")}</p><//>`;
}
