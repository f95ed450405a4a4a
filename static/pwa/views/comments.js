/** What keyworkers wrote about shared goals, and what became of what the person asked them for. */
import { instant, sayDay, t } from "../core.js";
import { Card, Empty, html, Loaded, Page, useData } from "../ui.js";
import { NOT_WATCHED } from "../parts.js";
import { Asked, REFERRALS } from "./parts/service-ask.js";

const lines = (text) => text.split("\n").filter((line) => line.trim()).map((line) => html`<p>${line}</p>`);

function Referrals() {
  const { data } = useData(REFERRALS);
  return data && data.items.length > 0 && html`<h2>${t("refer.mine")}</h2><ul class="list">${data.items.map((one) => html`<li key=${one.id}><${Card}>
    <h3><a class="tap" href=${`#/help/${one.service_id}`}>${one.service_name}</a></h3><div class="stack"><${Asked} of=${one} /></div><//></li>`)}</ul>`;
}

export default function Comments() {
  const comments = useData("/api/review/comments");
  return html`<${Page} title=${t("comments.title")} lede=${NOT_WATCHED} back="#/you">
    <${Loaded} of=${comments}>${({ items }) => (items.length ? html`<ul class="list">${items.map((comment) => html`<li key=${comment.id}><${Card} tone="plum">
        ${lines(comment.text)}
        <p class="meta">${t("comments.by", { who: comment.who, when: sayDay(instant(new Date(comment.at)), "short") })}</p>
        <p>${comment.goal_title === null ? t("comments.goal-gone")
          : html`<a class="tap" href=${`#/goals/${comment.goal_id}`}>${t("comments.goal", { title: comment.goal_title })}</a>`}</p><//></li>`)}</ul>`
      : html`<${Empty} title=${t("comments.none")} text=${t("comments.none-text")} href="#/sharing" action=${t("comments.share")} />`)}<//>
    <${Referrals} />
  <//>`;
}
