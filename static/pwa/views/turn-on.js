/** Reminders on this phone: what they are, what others could see, and turning them on, off or testing them. */
import { useEffect, useState } from "../vendor/preact.js";
import { api, instant, online, sayDay, sayTime, t, today } from "../core.js";
import { html, Button, Card, Empty, Page, Pill, Skeleton, toast, useData } from "../ui.js";
import { usePushState } from "./parts/push-hint.js";

const device = () => import("../device.js");

const Steps = ({ title, text, name, count, children }) => html`<${Card} title=${title}><p>${text}</p>
  <ol class="stack">${Array.from({ length: count }, (_, i) => html`<li>${i + 1}. ${t(`push.${name}-${i + 1}`)}</li>`)}</ol>${children}<//>`;

const Example = () => html`<div><figure class="figure"><figcaption class="meta">${t("push.example")}</figcaption>
  <div class="card gap"><p><b>${t("push.example-title")}</b></p><p>${t("push.example-text")}</p></div><p
      class="meta gap">${t("push.example-note")}</p></figure></div>`;

function TurnOn({ set }) {
  const [wrong, say] = useState("");
  async function turnOn() {
    say("");
    if (!online.value) return say(t("push.offline"));
    try {
      const { turnOnPush } = await device();
      return set(await turnOnPush());
    } catch (error) {
      console.error(error);
      return say(t("push.wrong"));
    }
  }
  return html`<p class="hint">${t("push.then")}</p><div role="alert">${wrong && html`<p class="error">${wrong}</p>`}</div>
    <div class="buttons"><${Button} kind="main" busyWord=${t("push.turning-on")} onClick=${turnOn}>${t("push.turn-on")}<//></div>`;
}

function IsOn({ set, arrived }) {
  const [said, say] = useState(null);
  async function test() {
    say(null);
    const { ok, seconds } = await (await device()).testPush(() => say({ is: "push.test-sent" }));
    if (!ok) say({ is: online.value ? "push.test-wrong" : "push.offline" });
    else say(seconds === null ? { is: "push.test-late", } : { is: "push.test-arrived", seconds: seconds.toFixed(1) });
    if (seconds !== undefined && seconds !== null) arrived();
  }
  async function turnOff() {
    set(await (await device()).turnOffPush());
    toast(t("push.turned-off"));
  }
  return html`<${Card} tone="leaf"><p><b>${t("push.on")}</b></p>
      <div role="status">${said && html`<p>${t(said.is, said)}</p>`}</div><//>
    <div class="buttons"><${Button} onClick=${turnOff}>${t("push.turn-off")}<//><${Button} kind="main" busyWord=${t("push.testing")}
        onClick=${test}>${t("push.test")}<//></div>`;
}

/** What a tap on the test opens: it is here, so the test worked. */
function TestWorked({ id }) {
  const { data } = useData(`/api/push/test/${id}`);
  const seconds = data && data.arrived_at && Math.max(0, Date.parse(data.arrived_at) - Date.parse(data.queued_at)) / 1000;
  return html`<${Card} tone="leaf" title=${t("push.tapped")}><p>${t("push.tapped-text")}</p>
    ${Number.isFinite(seconds) && html`<p>${t("push.test-arrived", { seconds: seconds.toFixed(1) })}</p>`}
    <p><a class="tap" href="#/today">${t("push.tapped-today")}</a></p><//>`;
}

/** Your phones and browsers that get reminders, when one last arrived there, and a way to stop it. */
function Devices({ state, turn }) {
  const list = useData(state ? "/api/push/subscriptions" : null);
  useEffect(() => list.reload(), [turn, state]);
  const items = list.data ? list.data.items : [];
  if (!items.length) return null;
  const what = (one) => t(one.this_device ? "push.this" : "push.other");
  const day = (at) => sayDay(today(new Date(at)), "date");
  const arrived = ({ last_arrived_at: at }) => (at ? t("push.arrived", { when: day(at), time: sayTime(instant(new Date(at)).slice(11)) }) : t("push.arrived-never"));
  async function remove(one) {
    const reply = await api("DELETE", `/api/push/subscriptions/${one.id}`);
    if (!reply.ok) toast(t(online.value ? "push.wrong" : "push.offline"));
    list.reload();
  }
  return html`<h2>${t("push.others")}</h2><ul class="card stack">${items.map((one) => html`<li key=${one.id} class="row">
    <div class="txt"><p><b>${what(one)}</b></p><p class="meta">${t("push.since", { when: day(one.created_at) })}</p>
      ${"last_arrived_at" in one && html`<p class="meta">${arrived(one)}</p>`}
      ${["quiet", "refused"].includes(one.state) && html`<p><${Pill} tone="honey">${t(`push.${one.state}`)}<//></p>`}</div>
    ${!(one.this_device && state === "on") && html`<${Button} aria-label=${t("push.remove-of", { what: what(one), when: day(one.created_at) })}
        onClick=${() => remove(one)}>${t("push.remove")}<//>`}</li>`)}</ul>`;
}

const again = (look) => html`<div class="buttons"><${Button} kind="main" onClick=${look}>${t("push.again")}<//></div>`;

/** What to show in each state; a function, because words come with the route. */
const VIEWS = {
  on: ({ set, arrived }) => html`<${IsOn} set=${set} arrived=${arrived} /><${Example} />`,
  off: ({ set }) => html`<${Example} /><${TurnOn} set=${set} />`,
  blocked: ({ look }) => html`<${Steps} name="blocked" count=${4} title=${t("push.blocked")} text=${t("push.blocked-text")} />${again(look)}`,
  "install-first": ({ look }) => html`<${Steps} name="install" count=${4} title=${t("push.install")} text=${t("push.install-text")} />${again(look)}`,
  unsupported: () => html`<${Empty} title=${t("push.unsupported")} text=${t("push.unsupported-text")} href="#/reminders"
      action=${t("push.see-list")} />`,
  "off-server": () => html`<${Empty} title=${t("push.off-server")} text=${t("push.off-server-text")} href="#/reminders"
      action=${t("push.see-list")} />`,
  shared: () => html`<${Empty} title=${t("push.shared")} text=${t("push.shared-text")} href="#/reminders" action=${t("push.see-list")} />`,
};

/** The page of reminders by push. Nothing is asked of the browser before a tap. */
export default function TurnOnPage({ query }) {
  const [state, set, look] = usePushState();
  const [turn, count] = useState(0);
  const arrived = () => count((n) => n + 1);
  return html`<${Page} title=${t("push.title")} lede=${t("push.lede")} back="#/you">
    <div class="stack">${query.test && html`<${TestWorked} id=${query.test} />`}
      ${state ? VIEWS[state]({ set, look, arrived }) : html`<${Skeleton} blocks=${1} />`}</div>
    ${state !== "shared" && html`<${Devices} state=${state} turn=${turn} />`}<//>`;
}
