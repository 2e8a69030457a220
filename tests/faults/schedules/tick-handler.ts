import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "@switchyard/tasks/handler";
import type { TickNote } from "@switchyard/tasks/schedule";
import { noteEffect } from "../tasks/effect-log.ts";

/** What a schedule under attack enqueues. */
export interface TickWork {
  /** Path of the effect log. */
  readonly log: string;
  readonly schedule: TickNote;
  /** Goes on for so long after it. */
  readonly takesMs?: number;
}

/** Notes that its tick has come, at once: what is watched is who fires it, not how long it takes. */
const tick: Handler<TickWork> = async ({ log, schedule, takesMs = 0 }, { taskId, group, token, signal }) => {
  const { id, tickMs, firedAtMs, missed } = schedule;
  noteEffect(log, { kind: "effect", task: taskId, group, token, name: `${id} ${tickMs} ${firedAtMs} ${missed}` });
  if (takesMs > 0) await sleep(takesMs, undefined, { signal });
  return null;
};

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default tick;
