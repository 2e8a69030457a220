import { eventually } from "@switchyard/testkit/eventually";
import { Redis } from "ioredis";
import type { NotifyHub } from "./notify-hub.ts";

export interface FanOutTrial {
  readonly users: number;
  /** Workers that are killed with SIGKILL on the way, evenly spread, and replaced. */
  readonly kills: number;
}

export interface FanOutFindings {
  /** Until the caller had its answer. */
  readonly acceptedMs: number;
  /** Until every user had the item. */
  readonly storedMs: number;
  /** Items in all inboxes together, and users who have another number than one. */
  readonly items: number;
  readonly wrong: readonly string[];
}

/** Notifies many while workers are killed, and counts what has come of it in each inbox itself, not in a report. */
export async function fanOutTrial({ hub, notify }: NotifyHub, trial: FanOutTrial): Promise<FanOutFindings> {
  const prefix = `u${Date.now().toString(36)}-`;
  const users = Array.from({ length: trial.users }, (_, index) => `${prefix}${index}`);
  const startedMs = performance.now();
  const redis = new Redis(hub.redis.url);
  // By what is noted of it, which is one command: a report asks every inbox, and would be most of what Redis has to do.
  const stored = (id: string, wanted: number) =>
    eventually(
      async () => {
        const outcomes = await redis.hvals(`sy:hub:{notification:${id}}:recipients`);
        stopUnless(outcomes.filter((outcome) => outcome !== "").length, wanted);
      },
      { timeoutMs: 120_000, everyMs: 100 },
    );
  try {
    const { id } = await notify({ to: { users }, item: { title: "to many" } });
    const acceptedMs = performance.now() - startedMs;
    const workers = [...hub.workers];
    for (let kill = 1; kill <= trial.kills; kill += 1) {
      const share = kill / (trial.kills + 1);
      await stored(id, trial.users * share);
      await workers.shift()?.kill();
      workers.push(await hub.start("worker"));
    }
    await stored(id, trial.users);
    const storedMs = performance.now() - startedMs;
    const counted = await Promise.all(users.map((user) => redis.hlen(`sy:{inbox:${user}}:inbox-items`)));
    const wrong = users.filter((_, index) => counted[index] !== 1);
    return { acceptedMs, storedMs, items: counted.reduce((sum, count) => sum + count, 0), wrong };
  } finally {
    redis.disconnect();
  }
}

function stopUnless(stored: number, wanted: number): void {
  if (stored < wanted) throw new Error(`${stored} of ${wanted} are stored`);
}
