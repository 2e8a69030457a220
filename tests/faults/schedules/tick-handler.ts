import type { Handler } from "@switchyard/tasks/handler";
import type { TickNote } from "@switchyard/tasks/schedule";
import { noteEffect } from "../tasks/effect-log.ts";

/** What a schedule under attack enqueues. */
export interface TickWork {
  /** Path of the effect log. */
  readonly log: string;
  readonly schedule: TickNote;
}

/** Notes that its tick has come, at once: what is watched is who fires it, not how long it takes. */
const tick: Handler<TickWork> = async ({ log, schedule }, { taskId, group, token }) => {
  const { id, tickMs, firedAtMs, missed } = schedule;
  noteEffect(log, { kind: "effect", task: taskId, group, token, name: `${id} ${tickMs} ${firedAtMs} ${missed}` });
  return null;
};

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default tick;
