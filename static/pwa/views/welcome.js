/** Welcome: whose invite it is, what this is, who can see what; or the code to type. */
import { useEffect, useState } from "../vendor/preact.js";
import { instant, me, sayDay, sayTime, t } from "../core.js";
import { Button, Card, go, html, invite, Page, Skeleton } from "../ui.js";
import { ErrorSummary, Field, useForm } from "../forms.js";
import { PURPOSE } from "../parts.js";
import { look, thisPhone } from "./parts/joining.js";

const What = () => html`<${Card}><p>${PURPOSE}</p><//>
  <${Card} title=${t("welcome.who")}><div class="prose"><ul><li>${t("welcome.who-1")}</li><li>${t("welcome.who-2")}</li><li>${t("welcome.who-3")}</li></ul></div><//>
  <p class="meta">${t("welcome.leave")}</p>`;

const Ways = ({ enrolled }) => html`<div class="stack">
  ${enrolled && html`<p><a class="tap" href="#/sign-in">${t("welcome.have-pin")}</a></p>`}
  <p>${t("welcome.look-first")} <a class="tap" href="#/help">${t("welcome.find")}</a></p>
  <p><a class="tap" href="#/about">${t("welcome.about")}</a></p>
  <p><a class="tap" href="/kw">${t("welcome.staff")}</a></p></div>`;

function Invited({ seen, another }) {
  const until = instant(new Date(seen.expires_at));
  return html`<${Page} title=${t("welcome.title")} lede=${t("welcome.from", { name: seen.organisation.name })}>
    <div class="stack"><${What} /></div>
    <div class="buttons"><${Button} onClick=${another}>${t("welcome.another")}<//>
      <${Button} kind="main" href="#/whose-phone">${t("welcome.start")}<//></div>
    <p class="meta gap">${t("welcome.expires", { when: `${sayDay(until)}, ${sayTime(until.slice(11))}` })}</p><//>`;
}

function TypeCode({ trouble, found, stay }) {
  const form = useForm({ code: "" });
  const [enrolled, setEnrolled] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => { if (trouble) form.setErrors({ code: trouble }); }, [trouble]);
  useEffect(() => {
    thisPhone().then((phone) => {
      setEnrolled(!!phone && phone.enrolled);
      if (phone && phone.enrolled && !stay) go("/sign-in", true);
    });
  }, []);
  const next = async (event) => {
    event.preventDefault();
    const code = form.values.code.trim();
    if (busy || !form.check({ code: !code && t("welcome.code-missing") })) return;
    setBusy(true);
    const { seen, trouble: now } = await look(code);
    setBusy(false);
    if (seen) found(seen);
    else form.setErrors({ code: now });
  };
  return html`<${Page} title=${t("welcome.title")} lede=${t("welcome.lede")}>
    <form novalidate onSubmit=${next}><${ErrorSummary} errors=${form.errors} />
      <${Field} ...${form.bind("code")} label=${t("welcome.code")} hint=${t("welcome.code-hint")} maxlength="60"
        autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" />
      <div class="buttons"><${Button} kind="main" type="submit" busy=${busy} busyWord=${t("welcome.busy")}>${t("welcome.next")}<//></div></form>
    <p class="meta gap">${t("welcome.no-code")}</p><${Ways} enrolled=${enrolled} />
    <h2>${t("welcome.about")}</h2><div class="stack"><${What} /></div><//>`;
}

const Already = () => html`<${Page} title=${t("welcome.here")}><p>${t("welcome.here-text")}</p>
  <div class="buttons"><${Button} href="#/you">${t("nav.you")}<//><${Button} kind="main" href="#/today">${t("welcome.today")}<//></div><//>`;

export default function Welcome({ query }) {
  const [seen, found] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [looking, setLooking] = useState(!!invite.value);
  useEffect(() => {
    if (!invite.value) return;
    look(invite.value).then((answer) => {
      if (answer.seen) found(answer.seen);
      else setTrouble(answer.trouble);
      setLooking(false);
    });
  }, []);
  const another = () => {
    invite.value = "";
    found(null);
  };
  if (me.value) return html`<${Already} />`;
  if (looking || me.value === undefined) return html`<${Page} key="looking" title=${t("welcome.title")}><${Skeleton} /><//>`;
  return seen ? html`<${Invited} key="invited" seen=${seen} another=${another} />` : html`<${TypeCode} key="type" trouble=${trouble} found=${found} stay=${trouble || query.code !== undefined} />`;
}
