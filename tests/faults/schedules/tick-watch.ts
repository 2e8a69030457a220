import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { eventually } from "@switchyard/testkit/eventually";
import type { ScheduleRequest } from "@switchyard/tasks/schedule";
import type { TaskStage } from "../tasks/task-stage.ts";
import { judgeTicks, readRuns, type TickCounts, type TickVerdict } from "./judge-ticks.ts";

/** For `TaskStageOptions.handlers`. */
export const tickHandlers = {
  tick: { kind: "module", module: fileURLToPath(new URL("./tick-handler.ts", import.meta.url)) },
};

const nearMs = 200;
/** Later than this nothing is settled that somebody looks after. */
const settledMs = 3_000;

/** Resolves when every schedule stands at a tick to come. */
export async function caughtUp({ admin }: TaskStage): Promise<void> {
  const check = async () => {
    const [, due = "0"] = await admin.zrange("{sy:tasks}:schedules:due", "0", "0", "WITHSCORES");
    // By Redis' clock, which may be another one here.
    const [seconds] = await admin.time();
    if (Number(due) < Number(seconds) * 1_000) throw new Error("some stand at a tick of the past");
  };
  await eventually(check, { timeoutMs: 60_000, everyMs: 20 });
}

const keyOf = (id: string) => `{sy:tasks}:schedule:${id}`;

/** Schedules that are watched from the first tick they stand at to the last one that was settled. */
export interface TickWatch {
  /** All with this period, so that their ticks can be counted without the hub's calendar. */
  put(id: string, request: ScheduleRequest): Promise<void>;
  /** As if no worker had looked since then. */
  standAt(id: string, tickMs: number): Promise<void>;
  /** From now on, or from `sinceMs`, and for `afterMs` after the end, nothing is expected to be on time. */
  disturb(act: () => Promise<unknown>, span: { readonly afterMs: number; readonly sinceMs?: number }): Promise<void>;
  /** Pauses them all, waits for their tasks, and judges. */
  verdict(): Promise<TickVerdict>;
}

export function watchTicks(stage: TaskStage, periodMs: number): TickWatch {
  const { schedules } = stage.queue;
  const first = new Map<string, number>();
  const outages: (readonly [number, number])[] = [];
  return {
    async put(id, request) {
      // Which tick is the first would be a matter of chance at a tick.
      const leftMs = periodMs - (Date.now() % periodMs);
      if (leftMs < nearMs) await sleep(leftMs + 1);
      const task = { handler: "tick", data: { log: stage.log } };
      const reply = await schedules.put(id, { task, ...request });
      if (reply.verdict !== "created") throw new Error(`${id} was not created`);
      // It may have fired before that was answered.
      first.set(id, (Math.floor(reply.schedule.createdAtMs / periodMs) + 1) * periodMs);
    },
    async standAt(id, tickMs) {
      first.set(id, tickMs);
      await stage.admin.hset(keyOf(id), "tick", String(tickMs));
      await stage.admin.zadd("{sy:tasks}:schedules:due", tickMs, id);
    },
    async disturb(act, { afterMs, sinceMs = Date.now() - periodMs }) {
      await act();
      outages.push([sinceMs, Date.now() + afterMs]);
    },
    async verdict() {
      const due = new Map<string, number[]>();
      const counts = new Map<string, TickCounts>();
      // What an outage has put off is settled first; the judge sees whether it was in time.
      await caughtUp(stage);
      for (const [id, firstMs] of first) {
        // Redis may just be back.
        const found = await eventually(() => schedules.pause(id), { timeoutMs: 10_000 });
        // What was due a while ago must have been settled; what was due just now may have been.
        const nowMs = found?.updatedAtMs ?? 0;
        const lastTick = Math.max(nowMs - settledMs, Number(await stage.admin.hget(keyOf(id), "lastTick")));
        counts.set(id, found?.counts ?? { fired: 0, missed: 0, skipped: 0 });
        const count = Math.max(0, Math.floor((lastTick - firstMs) / periodMs) + 1);
        due.set(
          id,
          Array.from({ length: count }, (_, index) => firstMs + index * periodMs),
        );
      }
      await stage.idle();
      return judgeTicks({ due, runs: readRuns(stage.effects()), counts, outages });
    },
  };
}
