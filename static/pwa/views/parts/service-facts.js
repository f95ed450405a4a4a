/** What a service says of itself: yes, no, or nothing. The three are never mixed; nothing said means: ask. */
import { t } from "../../core.js";
import { Card, html } from "../../ui.js";

/** The facts in the order they are shown, and the names of their words. */
export const FACTS = ["self_referral", "drop_in", "no_id", "on_script", "free", "step_free", "children", "dogs", "women_only", "lgbt", "languages"];

const named = (facts, state) => FACTS.filter((fact) => facts[fact] === state).map((fact) => t(`fact.${fact}`));

/** The short form on a card: what it says yes to, and what of `asked` it leaves out. */
export function FactLine({ facts, asked }) {
  if (!facts) return null;
  const yes = named(facts, "yes");
  const open = (asked.facts || []).filter((fact) => facts[fact] === "not_said").map((fact) => t(`fact.${fact}`));
  return html`${yes.length > 0 && html`<p class="gap"><b class="hide">${t("fact.yes")}: </b>${yes.join(" · ")}</p>`}
    ${open.length > 0 && html`<p class="meta">${t("fact.not_said")}: ${open.join(", ")}</p>`}`;
}

/** All facts of a service in three groups, and what to do about the third. */
export function AllFacts({ facts }) {
  if (!facts) return null;
  const groups = ["yes", "no", "not_said"].map((state) => [state, named(facts, state)]).filter(([, names]) => names.length);
  return html`<${Card} title=${t("find.take-me")}>
    ${groups.map(([state, names]) => html`<h3 class="small gap">${t(`fact.${state}`)}</h3>
      <div class="prose"><ul class=${state === "not_said" ? "meta" : ""}>${names.map((name) => html`<li>${name}</li>`)}</ul></div>`)}
    <p class="gap">${t("fact.ask")}</p><//>`;
}

/** Sort cards into those that say yes to every fact and those that leave some unsaid; a no drops a card. */
export function sift(cards, wanted) {
  const said = (card, fact) => (card.facts ? card.facts[fact] : "not_said");
  const fit = cards.filter((card) => !wanted.some((fact) => said(card, fact) === "no"));
  const sure = (card) => wanted.every((fact) => said(card, fact) === "yes");
  return [fit.filter(sure), fit.filter((card) => !sure(card))];
}
