/** What the goal screens share: reading goals with unsent changes, saving one, and telling when two phones disagree. */
import { flush, instant, overlay, queue, queued, save, today } from "../../core.js";
import { toastSaved, useData } from "../../ui.js";

export const GOALS = "/api/goals";
/** What a person says of a goal; exactly this is sent. */
const FIELDS = ["title", "why", "level", "template", "area", "steps", "target_on", "confidence", "lifecycle", "shared"];

const ours = (path) => path.startsWith(`${GOALS}/`);

/** The list of goals as `useData` gives it, with what this phone has not sent yet laid over it. */
export function useGoals() {
  const list = useData(GOALS);
  const items = overlay(list.data ? list.data.items : [], GOALS);
  const offlineOnly = list.data === undefined && queued.value.some((entry) => ours(entry.path));
  const data = list.data === undefined && !offlineOnly ? undefined : { items };
  return { ...list, data };
}

const draftOf = (goal) => Object.fromEntries(FIELDS.map((name) => [name, goal[name]]));

/** Send a goal. `base_version` says what the person saw; a goal that was never sent has none. */
function put(goal) {
  const body = { ...draftOf(goal), recorded_at: instant() };
  if (goal.version) body.base_version = goal.version;
  return save("PUT", `${GOALS}/${goal.id}`, body);
}

/** Save a new goal. */
export async function addGoal(goal) {
  const { undo } = await put(goal);
  toastSaved(undo);
}

let last = Promise.resolve();

/**
 * Save a change of a goal at once and offer to take it back. `change` gets the goal as this phone now knows it, because
 * a second tap may come before the first one is on the screen; it answers the changed fields.
 */
export function changeGoal(goal, change) {
  const work = last.then(async () => {
    const before = overlay([goal], GOALS).find((one) => one.id === goal.id);
    if (!before) return;
    const { id } = await put({ ...before, ...change(before) });
    toastSaved(async () => {
      if (await queue.drop(id)) await flush();
      else await put(before);
    });
  });
  last = work.catch(() => {}); // the caller hears of it; the next change must not
  return work;
}

/** The steps with one ticked today, or its tick taken away. */
export const tickStep = (goal, id, done) => changeGoal(goal, ({ steps }) => ({
  steps: steps.map((step) => (step.id === id ? { ...step, done_on: done ? today() : null } : step)),
}));

/** The phone's own version of a goal that another phone changed too: {mine, server, keepMine, keepServer}, or null. */
export function clashOf(goalId) {
  const path = `${GOALS}/${goalId}`;
  const clashes = queued.value.filter(({ path: other, state, problem }) =>
    other === path && state === "attention" && problem.status === 409 && problem.server);
  if (!clashes.length) return null;
  const last = clashes[clashes.length - 1];
  const { server } = last.problem;
  const drop = (entries) => entries.reduce((before, entry) => before.then(() => queue.drop(entry.id)), Promise.resolve());
  return {
    mine: { ...server, ...last.body },
    server,
    keepMine: async () => {
      await drop(clashes.slice(0, -1));
      await queue.again(last.id, { base_version: server.version, recorded_at: instant() });
      await flush(true);
    },
    keepServer: async () => {
      await drop(clashes);
      await flush(true);
    },
  };
}

/** The fields in which two versions of a goal differ. */
export const differing = (one, other) => FIELDS.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));

/** How many steps are done. */
export const stepsDone = (goal) => goal.steps.filter((step) => step.done_on).length;
