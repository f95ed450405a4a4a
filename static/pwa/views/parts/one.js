/** A record there is only one of, such as a person's settings: read with what this phone has not sent yet laid over it, and saved. */
import { flush, instant, queue, queued, save } from "../../core.js";
import { toastSaved, useData } from "../../ui.js";

/** Like `useData`. */
export function useOne(path) {
  const read = useData(path);
  const mine = queued.value.filter((entry) => entry.path === path && entry.method === "PUT" && entry.state !== "attention").pop();
  return read.data && mine ? { ...read, data: { ...read.data, ...mine.body } } : read;
}

/** Save it, and offer to put back what was there `before`. */
export async function saveOne(path, body, before) {
  const put = (fields) => save("PUT", path, { ...fields, recorded_at: instant() });
  const { id } = await put(body);
  toastSaved(async () => {
    if (await queue.drop(id)) await flush();
    else await put(before);
  });
}

/** Some fields of a record. */
export const pick = (record, names) => Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]));
