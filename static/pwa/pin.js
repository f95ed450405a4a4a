/** Entering a PIN of 6 digits: a real input (paste works, no memory test for machines) with big keys below it. */
import { useState } from "./vendor/preact.js";
import { addWords, t } from "./core.js";
import { html } from "./ui.js";

addWords({ "pin.show": "Show", "pin.hide": "Hide", "pin.delete": "Delete", "pin.keys": "Number keys", "pin.hint": "6 numbers" });

/** A PIN as an ordinary field: `fresh` for choosing a new one. */
export function PinField({ id = "pin", label, hint = t("pin.hint"), error, value, onInput, fresh, keys, ...rest }) {
  const [open, show] = useState(false);
  const about = [`${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return html`<div class=${`field ${error ? "wrong" : ""}`}><label for=${id}>${label}</label><p class="hint" id=${`${id}-hint`}>${hint}</p>
    ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    <div class="beside"><input id=${id} class="pin" type=${open ? "text" : "password"} inputmode=${keys ? "none" : "numeric"} maxlength="6"
      autocomplete=${fresh ? "new-password" : "current-password"} value=${value} aria-invalid=${error ? "true" : null} aria-describedby=${about}
      onInput=${(e) => onInput(e.currentTarget.value.replace(/\D/g, "").slice(0, 6))} ...${rest} />
      <button type="button" class="button quiet" aria-pressed=${open ? "true" : "false"} onClick=${() => show(!open)}>${t(open ? "pin.hide" : "pin.show")}</button></div></div>`;
}

/** The same field with a pad of 64 px keys; `onFull(pin)` when the sixth digit is in. */
export function PinPad({ value, onInput, onFull, ...rest }) {
  const take = (pin) => {
    onInput(pin);
    if (pin.length === 6 && onFull) onFull(pin);
  };
  const key = (digit) => html`<button type="button" onClick=${() => value.length < 6 && take(value + digit)}>${digit}</button>`;
  return html`<${PinField} ...${rest} keys value=${value} onInput=${take} /><div class="pad" role="group" aria-label=${t("pin.keys")}>
    ${["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key)}<span />${key("0")}
    <button type="button" class="small" onClick=${() => onInput(value.slice(0, -1))}>${t("pin.delete")}</button></div>`;
}
