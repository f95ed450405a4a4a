/** The pages of keyworkers and admins: routes, frame and start. Online only; nothing of a person is kept on this computer. */
import { effect, render, useErrorBoundary, useEffect, useRef } from "./vendor/preact.js";
import { api, begin, me, online, settings } from "./core.js";
import { addWords, t } from "./words.js";
import { Banner, Button, go, html, route, Skeleton, startRouter, toast, Toast, Wrong } from "./ui.js";

addWords({
  "kw.caseload": "Caseload",
  "kw.invites": "Invites",
  "kw.sources": "Sources",
  "kw.services": "Services",
  "kw.reports": "Reports",
  "kw.sign-out": "Sign out",
  "kw.offline-out": "You are offline. You are still signed in. Close this window if others use this computer.",
  "kw.offline": "You are offline. These pages need a connection.",
});

const at = (file, tab, open) => ({ view: () => import(`./views/kw/${file}.js`), words: "kw", tab, open, plain: true });
const look = (file, tab) => ({ view: () => import(`./views/kw/${file}.js`), words: "admin", tab, plain: true });
const TABS = { keyworker: ["caseload", "invites"], admin: ["sources", "services", "reports"] };
const ROUTES = {
  "caseload": at("caseload", "caseload"),
  "people/:id": at("person", "caseload"),
  "people/:id/goals/:goal": at("goal", "caseload"),
  "invites": at("invites", "invites"),
  "sign-in": at("sign-in", "", true),
  "sources": look("sources", "sources"),
  "sources/:id": look("source", "sources"),
  "services": look("find-service", "services"),
  "services/:id": look("service", "services"),
  "reports": look("reports", "reports"),
};

// This computer is never "my own phone", whatever a person set up in the same browser: nothing read here is written down.
settings.value = { ...settings.value, phone: "shared" };

async function signOut() {
  const reply = await api("POST", "/api/accounts/sign-out", {});
  if (reply.status === 0) return toast(t("kw.offline-out"));
  await (await import("./sign-out.js")).wipe();
  return location.replace("/kw");
}

function Frame() {
  const { View, params, query, path, failed, open, tab } = route.value;
  const main = useRef(null);
  const [error, clear] = useErrorBoundary((thrown) => console.error(thrown));
  useEffect(() => { document.title = "Steady"; }, []);
  useEffect(() => { if (error) clear(); }, [path]);
  const skip = (event) => { event.preventDefault(); main.current.focus(); };
  const link = (name) => html`<a href=${`#/${name}`} aria-current=${tab === name ? "page" : null}>${t(`kw.${name}`)}</a>`;
  return html`<a class="skip" href="#main" onClick=${skip}>${t("nav.skip")}</a>
    ${me.value && html`<header class="side"><p class="brand">${t("app.name")}</p><nav aria-label=${t("nav.label")}>${(TABS[me.value.role] || []).map(link)}</nav>
      <div class="who"><p>${me.value.name}</p><${Button} kind="plain" onClick=${signOut}>${t("kw.sign-out")}<//></div></header>`}
    <main id="main" tabindex="-1" ref=${main}>${!online.value && html`<${Banner}><p>${t("kw.offline")}</p><//>`}
      ${error || failed ? html`<${Wrong} text=${t(failed || "wrong.other")} again=${() => location.reload()} />`
        : View && (open || me.value) ? html`<${View} key=${path} params=${params} query=${query} />` : html`<${Skeleton} />`}</main>
    <${Toast} />`;
}

effect(() => {
  document.documentElement.dataset.theme = settings.value.theme;
  if (me.value && me.value.role === "person") location.replace("/");
  // Who looks after the directory sees no one's caseload, and the other way round.
  const [first] = (me.value && TABS[me.value.role]) || [];
  if (first && route.value.tab && !TABS[me.value.role].includes(route.value.tab)) go(`/${first}`, true);
  if (me.value !== null || !route.value.path || route.value.open) return;
  go(`/sign-in?to=${route.value.path.slice(1)}`, true);
});

const home = document.getElementById("app");
home.replaceChildren();
render(html`<${Frame} />`, home);
startRouter(ROUTES, "/caseload");
begin();
