/** What welcome and the steps after it share: looking at a code, and the code in hand until it is used. */
import { api, t } from "../../core.js";
import { invite } from "../../ui.js";

/** The sentence for a code that could not be looked at or used. */
export const codeTrouble = ({ status, detail }) =>
  (status === 0 ? t("welcome.offline") : status === 404 ? t("welcome.bad-code") : detail || t("signin.wrong"));

/** Whose invite a code is: {seen} or {trouble}; a good code stays in hand. */
export async function look(code) {
  const reply = await api("POST", "/api/accounts/invites/look", { code });
  if (reply.ok) invite.value = code;
  return reply.ok ? { seen: reply.body } : { trouble: codeTrouble({ ...reply.problem, status: reply.status }) };
}

/** Whether this phone is set up: {enrolled, phone}; undefined when nobody can say. */
export async function thisPhone() {
  const reply = await api("GET", "/api/accounts/device");
  return reply.ok ? reply.body : undefined;
}
