/** One service: what it does, when, who can go, what it costs; what nobody said stays "it does not say". */
import { useEffect, useState } from "../vendor/preact.js";
import { settings, me, t, today } from "../core.js";
import { Banner, Button, Card, html, Page, Skeleton, toast, useData, Wrong } from "../ui.js";
import { callLink, forgetServices, freshen, isWeb, mapLink, NO_HOURS, saved, sayAsOf, sayAway, setSaved, shortVersion } from "./parts/directory.js";
import { OpenPill, Origin } from "./parts/service-card.js";
import { SomethingWrong } from "./parts/wrong.js";
import { AskToRefer } from "./parts/service-ask.js";
import { AllFacts } from "./parts/service-facts.js";

const lines = (text) => (text || "").split("\n").filter((line) => line.trim()).map((line) => html`<p>${line}</p>`);

const Part = ({ title, text, children }) => (text || children) && html`<${Card} title=${title}>${lines(text)}${children}<//>`;

const Week = ({ days }) => days.length > 0 && html`<dl class="summary-list">${days.map(({ day, date, text }) => html`<div>
  <dt>${date === today() ? t("service.today") : day}</dt><dd>${text}</dd></div>`)}</dl>`;

const Listing = ({ items }) => items.length > 0 && html`<div class="prose"><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></div>`;

function Touch({ service }) {
  const site = isWeb(service.url);
  return html`<${Card} title=${t("service.contact")}>
    ${service.phones.length === 0 && html`<p>${t("service.no-phone")}</p>`}
    ${service.phones.map((phone, i) => html`<div class="row">${phone.text && html`<p class="txt">${phone.text}</p>`}
      <${Button} kind=${i ? "quiet" : "main"} href=${callLink(phone.number)}>${t("service.call-number", { number: phone.number })}<//></div>`)}
    <div class="row">
      ${site && html`<a class="tap" href=${service.url} rel="noreferrer">${t("service.site")}</a>`}
      ${service.email && html`<a class="tap" href=${`mailto:${service.email}`}>${t("service.mail")}</a>`}</div><//>`;
}

function Place({ place, title }) {
  const map = mapLink(place);
  return html`<${Card} title=${title}>
    ${place.name && html`<p><b>${place.name}</b></p>`}
    ${lines([place.address, !(place.address || "").includes(place.postcode) && place.postcode].filter(Boolean).join("\n"))}
    ${place.open && html`<p><${OpenPill} of=${place} /></p>`}
    ${place.approximate && html`<p class="meta">${t("service.approximate")}</p>`}
    <${Week} days=${place.hours || []} />
    ${place.getting_there && html`<p><b>${t("service.getting")}</b></p>${lines(place.getting_there)}`}
    ${(place.access || []).length > 0 && html`<p><b>${t("service.access")}</b></p><${Listing} items=${place.access} />`}
    ${map && html`<p><a class="tap" href=${map} rel="noreferrer" aria-label=${t("service.map-of", { name: place.name || place.address })}>${t("service.map")}</a></p>
      <p class="meta">${t("service.map-note")}</p>`}<//>`;
}

function SaveIt({ service }) {
  const [on, set] = useState(false);
  useEffect(() => { saved().then((list) => set(list.some((one) => one.id === service.id))); }, [service.id]);
  if (!me.value || settings.value.phone !== "own") return null;
  const put = async (next) => { if (await setSaved(service, next)) set(next); };
  const press = async () => {
    await put(!on);
    toast(t(on ? "service.unsave" : "service.saved"), () => put(on));
  };
  return html`<div class="buttons"><${Button} onClick=${press}>${t(on ? "service.unsave" : "service.save")}<//></div>`;
}

/** The long form; the short one (from a list on this phone) lacks some parts and shows what it has. */
function Whole({ service }) {
  const places = service.places || (service.place ? [service.place] : []);
  const notes = service.hours_notes || [];
  return html`<p><${OpenPill} of=${service} />${" "}<span class="meta">${sayAway(service)}</span></p>
    ${service.alert && html`<${Banner}><p><b>${t("service.alert")}.</b> ${service.alert}</p><//>`}
    <div class="stack gap">
      <${Touch} service=${service} />
      <${Part} title=${t("service.what")} text=${service.description || service.summary} />
      ${((service.hours || []).length > 0 || notes.length > 0) && places.length < 2 && html`<${Part} title=${t("service.when")} text=${notes.join("\n")}>
        <${Week} days=${service.hours || []} /><//>`}
      <${Part} title=${t("service.who")} text=${service.eligibility_text || service.who_text || t("service.who-none")} />
      <${AllFacts} facts=${service.facts} />
      <${Part} title=${t("service.self")} text=${t(`service.self-${service.self_referral}`)} />
      <${AskToRefer} service=${service} />
      <${Part} title=${t("service.how")} text=${service.how_to_apply} />
      <${Part} title=${t("service.cost")} text=${[t(`service.cost-${service.free}`), service.cost_text !== "Free" && service.cost_text].filter(Boolean).join("\n")} />
      <${Part} title=${t("service.wait")} text=${service.wait_text} />
      ${(service.bring || []).length > 0 && html`<${Part} title=${t("service.bring")}><${Listing} items=${service.bring} /><//>`}
      <${Part} title=${t("service.languages")} text=${(service.languages || []).join(", ")} />
      <${Part} title=${t("service.areas")} text=${(service.areas || []).join(", ")} />
      ${places.map((place) => html`<${Place} place=${places.length > 1 || !service.places ? place : { ...place, hours: [], open: "" }}
        title=${t(places.length > 1 ? "service.places" : "service.place")} />`)}
      <${Card} title=${t("service.about")}><${Origin} source=${service.source} checked=${service.checked_on} />
        <p class="meta">${service.source.licence && t("service.licence", { licence: service.source.licence })} ${service.attribution}</p>
        ${isWeb(service.source.url) && html`<p><a class="tap" href=${service.source.url} rel="noreferrer">${t("service.source")}</a></p>`}<//>
    </div>
    <${SaveIt} service=${service} /><${SomethingWrong} id=${service.id} />`;
}

/** A service as it was kept: without a word on what is open, here and at its places. */
const unhoured = (service) => ({ ...service, ...NO_HOURS, places: service.places.map((place) => ({ ...place, ...NO_HOURS })) });

export default function Service({ params }) {
  const found = useData(`/api/directory/services/${params.id}`);
  const [short, setShort] = useState(undefined);
  useEffect(() => { shortVersion(params.id).then(setShort); }, [params.id]);
  const status = found.problem && found.problem.status;
  const service = (status === 0 && found.data && unhoured(found.data)) || found.data || short;
  const gone = status === 404;
  useEffect(() => { if (gone) forgetServices([params.id]); }, [gone, params.id]);
  const { data, loading, problem } = found;
  useEffect(() => { if (data && !loading && !problem) freshen(data); }, [data, loading, problem]);
  const at = data ? found.at : service && service.kept_at;
  return html`<${Page} title=${gone ? t("service.gone") : service ? service.name : t("service.title")} back="#/help" name=${t("service.title")}
      kicker=${!gone && service && service.organisation !== service.name && service.organisation}>
    ${gone ? html`<p>${t("service.gone-text")}</p><div class="buttons"><${Button} kind="main" href="#/help">${t("service.back")}<//></div>`
      : service ? html`${status === 0 && html`<${Banner}><p>${t(data ? "service.offline" : "service.short")} ${at && sayAsOf(at)}</p><//>`}<${Whole} service=${service} />`
        : found.loading || short === undefined ? html`<${Skeleton} />` : html`<${Wrong} problem=${found.problem} again=${found.reload} />`}
  <//>`;
}
