/** Half-filled pages, kept in memory only, so that Back keeps answers. They belong to the person who is signed in. */
import { useEffect } from "../../vendor/preact.js";
import { me } from "../../core.js";

const drafts = new Map();
const keyOf = (name) => `${me.value ? me.value.id : ""} ${name}`;

/** What was filled in under this name, or `start`. */
export const draft = (name, start) => drafts.get(keyOf(name)) || start;
/** Remember what is filled in. */
export const keepDraft = (name, values) => void drafts.set(keyOf(name), values);
/** Forget a draft once it is saved. */
export const dropDraft = (name) => void drafts.delete(keyOf(name));

/** Remember the values of a form while the person fills it in. */
export function useKeptDraft(name, values) {
  useEffect(() => keepDraft(name, values), [name, values]);
}
