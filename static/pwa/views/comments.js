/** What keyworkers wrote about shared goals. */
import { instant, sayDay, t } from "../core.js";
import { Card, Empty, html, Loaded, Page, useData } from "../ui.js";
import { NOT_WATCHED } from "../parts.js";

const lines = (text) => text.split("\n").filter((line) => line.trim()).map((line) => html`<p>${line}</p>`);

export default function Comments() {
  const comments = useData("/api/review/comments");
  return html`<${Page} title=${t("comments.title")} lede=${NOT_WATCHED} back="#/you">
    <${Loaded} of=${comments}>${({ items }) => (items.length ? html`<ul class="list">${items.map((comment) => html`<li key=${comment.id}><${Card} tone="plum">
        ${lines(comment.text)}
        <p class="meta">${t("comments.by", { who: comment.who, when: sayDay(instant(new Date(comment.at)), "short") })}</p>
        <p>${comment.goal_title === null ? t("comments.goal-gone")
          : html`<a class="tap" href=${`#/goals/${comment.goal_id}`}>${t("comments.goal", { title: comment.goal_title })}</a>`}</p><//></li>`)}</ul>`
      : html`<${Empty} title=${t("comments.none")} text=${t("comments.none-text")} href="#/sharing" action=${t("comments.share")} />`)}<//>
  <//>`;
}
