import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "@switchyard/tasks/handler";
import { openRunLog } from "./run-log.ts";

/** What a task of a trial does: takes its time, and fails so many of its attempts. */
export interface TrialWork {
  readonly redisUrl: string;
  readonly ms: number;
  readonly failures: number;
}

const logs = new Map<string, ReturnType<typeof openRunLog>>();

const work: Handler<TrialWork> = async ({ redisUrl, ms, failures }, { taskId, attempt, group, token, signal }) => {
  const log = logs.get(redisUrl) ?? openRunLog(redisUrl);
  logs.set(redisUrl, log);
  await log.note({ kind: "start", task: taskId, group, value: 0, token });
  if (ms > 0) await sleep(ms, undefined, { signal });
  // Between two attempts a task keeps its place: it has not ended.
  if (attempt <= failures) throw new Error("as the trial wants it");
  await log.note({ kind: "end", task: taskId, group, value: 0, token });
};

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default work;
