/** Your weeks: one line of 14 or 30 days with a sentence and a table, and what you wrote. */
import { useState } from "../vendor/preact.js";
import { addDays, overlay, save, sayDay, sayTime, instant, t, today } from "../core.js";
import { Button, Card, Empty, html, Loaded, Page, toast, useData } from "../ui.js";
import { Chips } from "../forms.js";
import { Chart } from "../chart.js";

const CHECK_INS = "/api/wellbeing/check-ins";
const KINDS = ["mood", "sleep", "cravings", "energy", "connection"];

function Note({ item }) {
  const at = instant(new Date(item.recorded_at));
  const remove = async () => {
    const { recorded_at: when, id, ...rest } = item;
    await save("DELETE", `${CHECK_INS}/${id}`);
    toast(t("weeks.removed"), () => save("PUT", `${CHECK_INS}/${crypto.randomUUID()}`, {
      ...Object.fromEntries([...KINDS, "helped", "hard", "note"].map((key) => [key, rest[key] ?? (key === "note" ? "" : key === "helped" || key === "hard" ? [] : null)])),
      recorded_at: when,
    }));
  };
  return html`<${Card}><p class="meta">${sayDay(at)}, ${sayTime(at.slice(11))}</p><p class="said">${item.note}</p>
    <${Button} kind="plain" onClick=${remove}>${t("weeks.remove")}<//><//>`;
}

export default function Weeks() {
  const [days, setDays] = useState(14);
  const [of, setOf] = useState("mood");
  const on = today();
  const trend = useData(`/api/wellbeing/trend?days=${days}&of=${of}`);
  const list = useData(`${CHECK_INS}?from=${addDays(on, 1 - days)}&to=${on}`);
  const content = useData("/api/content/check-in");
  const question = content.data && content.data.questions.find(({ key }) => key === of);
  const words = Object.fromEntries((question ? question.options : []).map(({ value, word }) => [value, word]));
  const notes = overlay(list.data && list.data.items, CHECK_INS).filter((item) => item.note)
    .sort((a, b) => Date.parse(b.recorded_at) - Date.parse(a.recorded_at));
  return html`<${Page} title=${t("weeks.title")} back="#/today">
    <div class="stack"><${Chips} label=${t("weeks.pick")} value=${of} onInput=${(v) => setOf(v || of)} options=${KINDS.map((key) => ({ value: key, label: t(`weeks.${key}`) }))} />
    <${Chips} label=${t("weeks.days")} value=${days} onInput=${(v) => setDays(v || days)} options=${[14, 30].map((n) => ({ value: n, label: t(`weeks.${n}`) }))} />
    <${Loaded} of=${trend} blocks=${1}>${({ points, sentence }) => (points.filter(({ value }) => value !== null).length < 3
      ? html`<${Empty} title=${t("weeks.few")} text=${t("weeks.few.text")} href="#/today" action=${t("weeks.check")} />`
      : html`<${Card}><${Chart} title=${t(`weeks.${of}`)} points=${points} sentence=${sentence} words=${words} /><//>`)}<//></div>
    <h2>${t("weeks.notes")}</h2>
    <div class="list">${notes.length ? notes.map((item) => html`<${Note} key=${item.id} item=${item} />`) : html`<p class="meta">${t("weeks.no-notes")}</p>`}</div><//>`;
}
