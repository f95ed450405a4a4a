/** A set of weekly questions, one a page; any can be skipped; saved once at the end. */
import { useEffect, useRef, useState } from "../vendor/preact.js";
import { instant, newId, save, t } from "../core.js";
import { Button, Empty, html, Loaded, Page, toastSaved, useData } from "../ui.js";
import { Scale } from "../forms.js";

const options = ({ min, max }) => Array.from({ length: max - min + 1 }, (_, i) => ({ value: min + i, word: String(min + i) }));

function Questions({ measure }) {
  const [turn, setTurn] = useState(0);
  const [answers, setAnswers] = useState({});
  const [id] = useState(newId);
  const head = useRef(null);
  useEffect(() => { if (turn && head.current) head.current.focus(); }, [turn]);
  const question = measure.questions[turn];
  if (!question) return html`<${Empty} title=${t("measure.thanks")} text=${t("measure.saved")} href="#/today" action=${t("nav.today")} />`;
  const next = async (answer) => {
    const all = { ...answers, [question.key]: answer };
    setAnswers(all);
    setTurn(turn + 1);
    if (turn + 1 < measure.questions.length) return;
    const body = { measure: measure.key, version: measure.version, recorded_at: instant(), answers: all };
    toastSaved((await save("PUT", `/api/wellbeing/answers/${id}`, body)).undo);
  };
  const chosen = answers[question.key] ?? null;
  return html`<p class="kicker" tabindex="-1" ref=${head}>${t("measure.of", { n: turn + 1, all: measure.questions.length })}</p>
    <${Scale} many key=${question.key} id=${question.key} legend=${question.text} options=${options(question)} value=${chosen}
      hint=${t("measure.ends", { low: question.min, high: question.max, least: question.min_word, most: question.max_word })}
      onInput=${(v) => setAnswers({ ...answers, [question.key]: v })} />
    <p class="meta gap">${measure.recall} ${t("measure.who")}</p>
    <div class="buttons"><${Button} onClick=${() => next(null)}>${t("measure.skip")}<//>
      <${Button} kind="main" onClick=${() => next(chosen)}>${t("measure.next")}<//></div>`;
}

export default function Measure({ params }) {
  const measures = useData("/api/content/measures");
  return html`<${Page} title=${t("measure.title")} back="#/today"><${Loaded} of=${measures}>${({ items }) => {
    const measure = items.find(({ key }) => key === params.key);
    return measure ? html`<${Questions} measure=${measure} />` : html`<${Empty} title=${t("measure.none")} href="#/today" action=${t("nav.today")} />`;
  }}<//><//>`;
}
