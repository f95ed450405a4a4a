/**
 * What people fill in: useForm · ErrorSummary · Field · TextArea · RadioRows · Scale · TickRow · Chips · Switch.
 * Inputs hand over values, not events. Every `id` must be unique on its screen; an error names its input by that id.
 */
import { useEffect, useRef, useState } from "./vendor/preact.js";
import { addWords, t } from "./core.js";
import { html } from "./ui.js";

addWords({
  "form.problem": "There is a problem",
  "form.left": { one: "You have {n} letter left", other: "You have {n} letters left" },
  "form.over": { one: "That is {n} letter too many", other: "That is {n} letters too many" },
  "form.other": "We could not save this. Please check it.",
  "switch.on": "On",
  "switch.off": "Off",
});

/**
 * The state of a form. `bind(name)` gives an input its id, value, error and onInput. `check({name: sentence | false})`
 * shows the sentences and answers whether there are none. `refuse(problem)` shows the server's own sentences.
 */
export function useForm(start) {
  const [values, setValues] = useState(start);
  const [errors, setErrors] = useState({});
  const set = (name, value) => setValues((old) => ({ ...old, [name]: value }));
  return {
    values, errors, set, setErrors,
    bind: (name) => ({ id: name, value: values[name], error: errors[name], onInput: (value) => set(name, value) }),
    check: (found) => {
      const wrong = Object.fromEntries(Object.entries(found).filter(([, sentence]) => sentence));
      setErrors(wrong);
      return Object.keys(wrong).length === 0;
    },
    refuse: (problem) => {
      const fields = (problem && problem.fields) || {};
      setErrors(Object.keys(fields).length ? fields : { "": (problem && problem.detail) || t("form.other") });
    },
  };
}

/** The list of what to mend, at the top of a form; takes focus when it appears or changes. */
export function ErrorSummary({ errors }) {
  const box = useRef(null);
  const list = Object.entries(errors);
  useEffect(() => { if (box.current) box.current.focus(); }, [errors]);
  if (!list.length) return null;
  const jump = (event, id) => {
    event.preventDefault(); // a plain #id link would be taken for a route
    const input = document.getElementById(id);
    if (input) input.focus();
  };
  return html`<div class="summary" role="alert" tabindex="-1" ref=${box}><h2 class="small">${t("form.problem")}</h2>
    <ul>${list.map(([id, text]) => html`<li>${id ? html`<a href="#main" onClick=${(e) => jump(e, id)}>${text}</a>` : text}</li>`)}</ul></div>`;
}

const Hints = ({ id, hint, error }) => html`${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
  ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}`;
const described = (id, hint, error, more) =>
  [hint && `${id}-hint`, error && `${id}-error`, more].filter(Boolean).join(" ") || null;

/** One line of text, a number, a time or a date (`type`). Further attributes go to the input. */
export const Field = ({ id, label, hint, error, value, onInput, type = "text", narrow, ...rest }) => html`
  <div class=${`field ${error ? "wrong" : ""}`}><label for=${id}>${label}</label><${Hints} ...${{ id, hint, error }} />
    <input id=${id} type=${type} class=${narrow ? "narrow" : ""} value=${value ?? ""} aria-invalid=${error ? "true" : null}
      aria-describedby=${described(id, hint, error)} onInput=${(e) => onInput(e.currentTarget.value)} ...${rest} /></div>`;

/** Several lines with a count that appears near the limit. */
export function TextArea({ id, label, hint, error, value, onInput, max = 2000, rows = 4, ...rest }) {
  const left = max - (value || "").length;
  return html`<div class=${`field ${error ? "wrong" : ""}`}><label for=${id}>${label}</label><${Hints} ...${{ id, hint, error }} />
    <textarea id=${id} rows=${rows} aria-invalid=${error ? "true" : null} aria-describedby=${described(id, hint, error, `${id}-left`)}
      value=${value ?? ""} onInput=${(e) => onInput(e.currentTarget.value)} ...${rest} />
    <p class="hint" id=${`${id}-left`} aria-live="polite">${left < max / 5 && t(left < 0 ? "form.over" : "form.left", { n: Math.abs(left) })}</p></div>`;
}

/** One choice of a few, in rows of 56 px: options [{value, label, hint}]. */
export const RadioRows = ({ id, legend, hideLegend, hint, error, options, value, onInput }) => html`
  <fieldset class=${`rows ${error ? "wrong" : ""}`} id=${id} tabindex="-1" aria-describedby=${described(id, hint, error)}>
    <legend class=${hideLegend ? "hide" : ""}>${legend}</legend><${Hints} ...${{ id, hint, error }} />
    ${options.map((option) => html`<label class="choice"><input type="radio" name=${id} checked=${value === option.value}
      onChange=${() => onInput(option.value)} /><span><b>${option.label}</b>${option.hint && html`<small>${option.hint}</small>`}</span></label>`)}
  </fieldset>`;

/** Steps side by side, each with its word: options [{value, word}]; picking the chosen one again takes it back. `many`: more than 5. */
export const Scale = ({ id, legend, hint, options, value, onInput, many }) => html`
  <fieldset class="scale" id=${id} aria-describedby=${described(id, hint)}><legend>${legend}</legend><${Hints} ...${{ id, hint }} />
    <div class=${many ? "steps many" : "steps"}>${options.map((option) => html`<button type="button" aria-pressed=${value === option.value ? "true" : "false"}
      onClick=${() => onInput(value === option.value ? null : option.value)}>${option.word}</button>`)}</div></fieldset>`;

/** One thing to tick. */
export const TickRow = ({ id, label, hint, checked, onInput }) => html`<label class="choice tick"><input type="checkbox" id=${id}
  checked=${checked} onChange=${(e) => onInput(e.currentTarget.checked)} /><span>${label}${hint && html`<small>${hint}</small>`}</span></label>`;

/** Small choices in a row: options [{value, label}]; `value` is a list with `many`, otherwise one value. */
export function Chips({ label, options, value, onInput, many }) {
  const on = (one) => (many ? value.includes(one) : value === one);
  const pick = (one) => onInput(many ? (on(one) ? value.filter((v) => v !== one) : [...value, one]) : on(one) ? null : one);
  return html`<div class="chips" role="group" aria-label=${label}>${options.map((option) => html`<button type="button"
    aria-pressed=${on(option.value) ? "true" : "false"} onClick=${() => pick(option.value)}>${option.label}</button>`)}</div>`;
}

/** On or off, at once. */
export const Switch = ({ id, label, hint, on, onInput }) => html`<div class="switch"><div class="txt"><span id=${`${id}-label`}>${label}</span>
  <${Hints} ...${{ id, hint }} /></div><button type="button" id=${id} role="switch" aria-checked=${on ? "true" : "false"}
  aria-labelledby=${`${id}-label`} aria-describedby=${described(id, hint)} onClick=${() => onInput(!on)}><i /><span>${t(on ? "switch.on" : "switch.off")}</span></button></div>`;
