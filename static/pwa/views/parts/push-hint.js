/** One line when reminders are planned but this phone cannot show them yet. */
import { useEffect, useState } from "../../vendor/preact.js";
import { settings, t } from "../../core.js";
import { pushState, pushStateNow } from "../../device.js";
import { html, Banner } from "../../ui.js";

/** The state of push on this phone; undefined while it is not known. A shared phone gets none. */
export function usePushState() {
  const [state, set] = useState(settings.value.phone === "shared" ? "shared" : pushStateNow()); // at once, so that nothing moves under a thumb
  const look = async () => set(await pushState());
  useEffect(() => { if (settings.value.phone !== "shared") look(); }, []);
  return [state, set, look];
}

/** "Reminders are off on this phone." with the way to turn them on; nothing when they are on or never will be. */
export function PushHint() {
  const [state] = usePushState();
  if (!["off", "blocked", "install-first"].includes(state)) return null;
  return html`<${Banner} tone="sky"><p>${t("plan.push-off")} <a href="#/turn-on">${t("plan.push-on")}</a></p><//>`;
}
