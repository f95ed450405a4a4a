/** One service in a list: name, how far, whether it is open, what it is, a call, where it comes from. */
import { sayDay, t } from "../../core.js";
import { Button, html, Pill } from "../../ui.js";
import { FactLine } from "./service-facts.js";
import { callLink, isWeb, sayAsOf, sayAway, sayOpen } from "./directory.js";

const TONES = { open: "leaf", closed: "honey", unknown: "sky" };

/** Open, closed or not known, with the word that says which. */
export const OpenPill = ({ of }) => of.open && html`<${Pill} tone=${TONES[of.open]}>${sayOpen(of)}<//>`;

/** Where an entry comes from and when somebody last checked it. */
export const Origin = ({ source, checked }) => html`<p class="meta">${t("service.from", { source: source.publisher || source.name })}
  ${" "}${checked ? t("service.checked", { when: sayDay(checked, "date") }) : t("service.checked-not")}</p>`;

const NOTHING = { facts: [] };

/**
 * `asked` is the search it was found by: what it leaves unsaid of that stands on the card. `mark` is where it stands on the
 * map: its number, and the direction in words.
 */
export function ServiceCard({ card, level = 3, asked = NOTHING, mark }) {
  const [phone] = card.phones;
  const away = [sayAway(card), mark && mark.way].filter(Boolean).join(", ");
  const where = [away, card.place && (card.place.name === card.name ? card.place.postcode : card.place.name || card.place.postcode)].filter(Boolean).join(" · ");
  const Head = `h${level}`;
  return html`<li class="card">
    ${where && html`<p class="time">${where}</p>`}
    <${Head} class=${mark ? "small marked" : "small"}>${mark && html`<span class="map-no">${mark.n}</span>`}<a class="back" id=${mark && `place-${mark.n}`}
      href=${`#/help/${card.id}`}>${card.name}</a><//>
    ${card.open && html`<p><${OpenPill} of=${card} /></p>`}
    <p class="gap">${card.summary}</p>
    <${FactLine} facts=${card.facts} asked=${asked} />
    ${card.kept_at && html`<p class="meta">${sayAsOf(card.kept_at)}</p>`}
    <${Origin} source=${card.source} checked=${card.checked_on} />
    ${(phone || isWeb(card.url)) && html`<div class="buttons">
      ${isWeb(card.url) && html`<${Button} href=${card.url} rel="noreferrer" aria-label=${t("service.site-of", { name: card.name })}>${t("service.site")}<//>`}
      ${phone && html`<${Button} href=${callLink(phone.number)} aria-label=${`${t("service.call-number", { number: phone.number })}, ${card.name}`}>
        ${t("service.call-number", { number: phone.number })}<//>`}</div>`}
  </li>`;
}
