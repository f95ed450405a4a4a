/** The longer check-in: five questions, tags and a note on one page, all optional. `?id=` adds to one made today. */
import { useState } from "../vendor/preact.js";
import { instant, newId, overlay, save, t, today } from "../core.js";
import { Button, go, html, Loaded, Page, toastSaved, useData } from "../ui.js";
import { Chips, ErrorSummary, Scale, TextArea, useForm } from "../forms.js";

const CHECK_INS = "/api/wellbeing/check-ins";
const chips = (tags) => tags.map(({ key, title }) => ({ value: key, label: title }));

function Form({ id, start, content }) {
  const form = useForm({ helped: [], hard: [], note: "", ...start });
  const [before] = useState(start);
  const { values, bind } = form;
  const send = async () => {
    const given = content.questions.some(({ key }) => values[key]) || values.note.trim() || values.helped.length || values.hard.length;
    if (!form.check({ note: !given && t("check.empty") })) return;
    const answers = Object.fromEntries(content.questions.map(({ key }) => [key, values[key] || null]));
    const body = { ...answers, helped: values.helped, hard: values.hard, note: values.note.trim() };
    const { undo } = await save("PUT", `${CHECK_INS}/${id}`, { ...body, recorded_at: instant() });
    const back = () => {
      const { id: _, recorded_at: __, ...old } = before;
      return save("PUT", `${CHECK_INS}/${id}`, { ...old, recorded_at: instant() });
    };
    toastSaved(before ? back : undo);
    go("/today");
  };
  return html`<form novalidate onSubmit=${(e) => { e.preventDefault(); return send(); }}><${ErrorSummary} errors=${form.errors} />
    ${content.questions.map((question) => html`<${Scale} key=${question.key} ...${bind(question.key)} legend=${question.title} options=${question.options} />`)}
    <fieldset class="scale"><legend>${t("check.helped")}</legend><${Chips} label=${t("check.helped")} many options=${chips(content.helped_tags)}
      value=${values.helped} onInput=${(v) => form.set("helped", v)} /></fieldset>
    <fieldset class="scale"><legend>${t("check.hard")}</legend><${Chips} label=${t("check.hard")} many options=${chips(content.hard_tags)}
      value=${values.hard} onInput=${(v) => form.set("hard", v)} /></fieldset>
    <${TextArea} ...${bind("note")} label=${t("check.note")} hint=${t("check.note.hint")} max=${2000} />
    <div class="buttons"><${Button} kind="main" type="submit">${t("do.save")}<//></div></form>`;
}

export default function CheckIn({ query }) {
  const on = today();
  const [fresh] = useState(newId);
  const content = useData("/api/content/check-in");
  const list = useData(query.id ? `${CHECK_INS}?from=${on}&to=${on}` : null);
  const start = query.id && overlay(list.data && list.data.items, CHECK_INS).find((one) => one.id === query.id);
  const ready = !query.id || start || !list.loading;
  return html`<${Page} title=${t("check.title")} lede=${t("check.lede")} back="#/today">
    <${Loaded} of=${ready ? content : { loading: true }}>${(data) => html`<${Form} id=${(start && query.id) || fresh} start=${start || undefined} content=${data} />`}<//><//>`;
}
