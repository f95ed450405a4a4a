/** The filters of Find help: kind of help, words, times, and what a person needs to be let in. */
import { useEffect, useState } from "../../vendor/preact.js";
import { t } from "../../core.js";
import { Button, html, useData } from "../../ui.js";
import { Chips, Field } from "../../forms.js";
import { FACTS } from "./service-facts.js";
import { NO_FILTERS, TIMES, wishes } from "./directory.js";

const FIRST_TOPICS = ["drug_service", "naloxone", "needle_exchange", "food", "homelessness", "mutual_aid"];
const MOST_YEARS = 120;

/** What must be so for a person to go. Kept on this phone only; a filter asks for a plain yes. */
function TakeMe({ search, run }) {
  const [age, setAge] = useState("");
  const [error, setError] = useState("");
  useEffect(() => setAge(search.age === null ? "" : String(search.age)), [search.age]);
  const n = wishes(search).length;
  const options = FACTS.map((fact) => ({ value: fact, label: t(`fact.${fact}`) }));
  const useAge = (event) => {
    event.preventDefault();
    const years = age.trim();
    const right = years === "" || (/^[0-9]{1,3}$/.test(years) && Number(years) <= MOST_YEARS);
    setError(right ? "" : t("find.age-wrong"));
    return right ? run({ age: years === "" ? null : Number(years), within_km: null }) : undefined;
  };
  const clear = () => {
    setError("");
    return run({ ...NO_FILTERS, within_km: null });
  };
  return html`<details class="fold"><summary>${t("find.take-me")}${n > 0 && html` <span class="meta">${t("find.chosen", { n })}</span>`}</summary>
    <div class="stack gap"><p class="hint">${t("find.take-me-hint")}</p>
      <${Chips} many label=${t("find.take-me")} options=${options} value=${search.facts} onInput=${(facts) => run({ facts, within_km: null })} />
      <form novalidate onSubmit=${useAge}><${Field} id="age" label=${t("find.age")} hint=${t("find.age-hint")} error=${error} value=${age} onInput=${setAge}
        narrow inputmode="numeric" maxlength="3" autocomplete="off" />
        <div class="buttons"><${Button} type="submit">${t("find.age-do")}<//>${n > 0 && html`<${Button} kind="plain" onClick=${clear}>${t("find.clear")}<//>`}</div></form></div></details>`;
}

export function Filters({ search, run }) {
  const { data } = useData("/api/content/topics");
  const [open, setOpen] = useState(!!search.text);
  const [words, setWords] = useState(search.text);
  const topics = data ? data.items : [];
  const first = FIRST_TOPICS.map((key) => topics.find((topic) => topic.key === key)).filter(Boolean);
  const chosen = topics.find((topic) => topic.key === search.topic);
  const some = chosen && !first.includes(chosen) ? [chosen, ...first] : first;
  const options = (open ? topics : some).map(({ key, title }) => ({ value: key, label: title }));
  const times = TIMES.map((value) => ({ value, label: t(`find.${value}`) }));
  const pickTimes = (on) => run({ ...Object.fromEntries(TIMES.map((name) => [name, on.includes(name)])), within_km: null });
  return html`<div class="stack gap">
    <${Chips} many label=${t("find.filters")} options=${times} value=${TIMES.filter((name) => search[name])} onInput=${pickTimes} />
    ${options.length > 0 && html`<${Chips} label=${t("find.topics")} options=${options} value=${search.topic}
      onInput=${(topic) => run({ topic, within_km: null })} />`}
    ${open && html`<form novalidate onSubmit=${(e) => { e.preventDefault(); run({ text: words.trim(), within_km: null }); }}>
      <${Field} id="words" label=${t("find.words")} hint=${t("find.words-hint")} value=${words} onInput=${setWords} maxlength="200" />
      <${Button} type="submit">${t("find.do")}<//></form>`}
    <${Button} kind="plain" aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}>${t(open ? "find.fewer" : "find.more")}<//>
    <${TakeMe} search=${search} run=${run} /></div>`;
}
