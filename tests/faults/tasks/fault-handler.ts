import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "@switchyard/tasks/handler";
import { noteEffect } from "./effect-log.ts";

/** What a task under attack does. */
export interface FaultWork {
  /** Path of the effect log. */
  readonly log: string;
  /** Comes back in the result, so that it can be seen on the line to Redis when the task is finished. */
  readonly name: string;
  readonly ms?: number;
  /**
   * The first execution only: `die` right after its effect; `stay` until it is killed or told to stop; `block` the event
   * loop for so long as a worker can at all.
   */
  readonly first?: "die" | "stay" | "block";
}

const blockMs = 600_000;

const work: Handler<FaultWork> = async ({ log, name, ms = 0, first }, { taskId, group, token, signal, progress }) => {
  const note = (kind: "start" | "effect" | "end") => noteEffect(log, { kind, task: taskId, group, token, name });
  const isFirst = token === "1";
  note("start");
  if (isFirst && first === "block") block();
  if (isFirst && first === "stay") {
    progress(1);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  }
  if (ms > 0) await sleep(ms);
  note("effect");
  if (isFirst && first === "die") process.kill(process.pid, "SIGKILL");
  note("end");
  return { name, token };
};

function block(): void {
  for (const endMs = Date.now() + blockMs; Date.now() < endMs;);
}

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default work;
