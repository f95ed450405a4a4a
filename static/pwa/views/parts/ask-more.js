/** Two questions that only some plans have: which injection it is, and whether missed collections are shared. */
import { addWords, sayDay, t } from "../../core.js";
import { html, useData } from "../../ui.js";
import { RadioRows, Switch } from "../../forms.js";
import { NOT_WATCHED } from "../../parts.js";

addWords({
  "product.title": "Which injection is it?",
  "product.hint": "If you know. It sets how often, and tells you when its days begin and end.",
  "product.other": "Another one, or I don't know",
  "product.source": "From: {source}, checked on {when}. Your service decides.",
  "shared.title": "Missed collections",
  "shared.say": "Share with my keyworker when I miss a collection",
  "shared.hint": "Only if you want. You can stop at any time.",
  "shared.what": "They see the days you mark Not today or Not done. Never why. Nothing from before the day you turn this on.",
  "shared.who": "Who can see your plan now: {names}.",
  "shared.nobody": "No one can see your plan now. To change that, go to You, then Who sees what.",
  "shared.yes": "Shared with your keyworker, if they can see your plan",
  "shared.no": "Not shared",
});

const PRODUCTS = "/api/treatment/products";
const GRANTS = "/api/sharing/grants";

/** Which product of the organisation's table it is; nothing where there is no table. */
export function Product({ plan, change }) {
  const { data } = useData(PRODUCTS);
  const items = data ? data.items : [];
  if (!items.length) return null;
  const options = [...items.map(({ key, name, source, checked_on: when }) => {
    const { url, checked_on: on } = source && source.checked_on ? source : { url: source, checked_on: when };
    return { value: key, label: name, hint: key === plan.product && url && on && t("product.source", { source: url.replace(/^https?:\/\/(www\.)?|\/.*$/g, ""), when: sayDay(on, "date") }) };
  }), { value: null, label: t("product.other") }];
  const pick = (key) => {
    const found = items.find((item) => item.key === key);
    const part = found && found.every && found.every.unit ? { every: { unit: found.every.unit, count: found.every.count }, chosen: true, other: false, weekdays: [] } : {};
    change({ product: key, phases: plan.phases.map((one, i) => (i ? one : { ...one, ...part })) });
  };
  return html`<${RadioRows} id="product" legend=${t("product.title")} hint=${t("product.hint")} value=${plan.product} onInput=${pick} options=${options} />`;
}

/** The standing choice to share missed collections: what is seen, and by whom as things stand. */
export function MissedShared({ plan, change }) {
  const { data } = useData(GRANTS);
  const names = data && data.items.filter(({ scopes }) => scopes.includes("plan")).map(({ keyworker }) => keyworker.name).join(", ");
  return html`<${Switch} id="missed_shared" label=${t("shared.say")} hint=${t("shared.hint")}
      on=${plan.missed_shared} onInput=${(on) => change({ missed_shared: on })} />
    <p>${t("shared.what")}</p>${data && html`<p>${names ? t("shared.who", { names }) : t("shared.nobody")}</p>`}<p class="meta">${NOT_WATCHED}</p>`;
}
