/** The last page of making a plan: everything in words with a way to change it, a further part, save, delete. */
import { useState } from "../../vendor/preact.js";
import { addDays, save, t, today } from "../../core.js";
import { html, Button, go, toast, useData } from "../../ui.js";
import { Sheet } from "../../parts.js";
import { KINDS, MOST_PARTS, PLANS } from "./plan-data.js";
import { sayDates, sayDays, sayPart, sayRemind, sayTimes } from "./plan-words.js";

/** What was answered: [page, name, a line or lines]. `reminds` says when, if not the plan itself does. */
function rowsOf(plan, reminds) {
  const { rhythm, place, pharmacy } = KINDS[plan.kind];
  const [part] = plan.phases;
  const said = Object.values(plan.wordings).filter((answer) => answer !== "unknown").length;
  const timed = plan.phases.some((one) => one.times.length);
  const days = [sayDays(part), part.take_home && t("check.take-home")];
  return [
    ["kind", t("check.kind"), t(`kind.${plan.kind}`)],
    ...(plan.phases.length === 1
      ? [["rhythm", t(rhythm === "days" ? "check.days" : "check.every"), days], ["times", t("check.times"), sayTimes(part) || t("check.no-time")]]
      : plan.phases.map((one, i) => [`part-${i}`, t("check.part", { n: i + 1 }), [one.label && t(`label.${one.label}`), sayPart(one),
        one.take_home && t("check.take-home"), sayDates({ starts_on: i ? one.starts_on : plan.starts_on, ends_on: null })]])),
    place && ["place", t("check.place"), plan.place.name || plan.place.address || plan.place.phone || t("check.none")],
    pharmacy && ["wordings", t("check.wordings"), t("wordings.said", { n: said })],
    ["dates", t("check.dates"), sayDates(plan)],
    ["remind", t("check.remind"), timed ? reminds || sayRemind(plan.remind_minutes_before) : t("check.none")],
    pharmacy && ["missed", t("shared.title"), t(plan.missed_shared ? "shared.yes" : "shared.no")],
    ["name", t("check.name"), plan.title || plan.note ? [plan.title, plan.note] : t("check.none")],
  ].filter(Boolean);
}

function Remove({ id, done }) {
  const [sure, ask] = useState(false);
  async function remove() {
    await save("DELETE", `${PLANS}/${id}`);
    done();
    toast(t("check.deleted"));
    go("/plan", true);
  }
  return html`<div class="buttons"><${Button} kind="danger" onClick=${() => ask(true)}>${t("check.delete")}<//></div>
    <${Sheet} open=${sure} onClose=${() => ask(false)} title=${t("check.delete-sure")}><p>${t("check.delete-text")}</p>
      <${Button} kind="danger" onClick=${remove}>${t("check.delete-do")}<//><//>`;
}

/** All answers, each with Change. `id` is "new" or that of a stored plan. */
export function Check({ plan, id, change, done }) {
  function addPart() {
    const last = plan.phases[plan.phases.length - 1];
    const from = plan.phases.length > 1 ? last.starts_on : plan.starts_on;
    const start = addDays(from > today() ? from : today(), 7);
    change({ phases: [...plan.phases, { ...last, starts_on: start, label: null }] });
    go(`/plan/${id}?step=part-${plan.phases.length}&from=check`);
  }
  // Once a plan stands, what was chosen for its reminders counts, not the minutes it was made with.
  const choices = useData(id === "new" ? null : `/api/reminders/choices/${id}`).data;
  const reminds = choices && choices.recorded_at && t("check.remind-chosen");
  const hrefOf = (step) => (step === "remind" && id !== "new" && plan.remind_minutes_before !== null ? `#/plan/${id}/reminders` : `#/plan/${id}?step=${step}&from=check`);
  return html`<dl class="summary-list changes">${rowsOf(plan, reminds).map(([step, name, said]) => html`<div
      key=${step}><dt>${name}</dt><dd>${[].concat(said).filter(Boolean).map((line) => html`<p>${line}</p>`)}</dd>
      <dd><a class="back" id=${`change-${step}`} href=${hrefOf(step)}>${t("plan.change")}<span
          class="hide"> ${name}</span></a></dd></div>`)}</dl>
    ${plan.phases.length < MOST_PARTS && plan.phases[0].every && html`<div><${Button} kind="plain"
        onClick=${addPart}>${t("check.add-part")}<//></div>`}
    <p class="meta">${t("check.no-doses")}</p>
    <div class="buttons"><${Button} kind="main" type="submit">${t("check.save")}<//></div>
    ${id !== "new" && html`<${Remove} id=${id} done=${done} />`}`;
}
