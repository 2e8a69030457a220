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
export async function fanOutTrial({ hub, notify, report }: NotifyHub, trial: FanOutTrial): Promise<FanOutFindings> {
  const prefix = `u${Date.now().toString(36)}-`;
  const users = Array.from({ length: trial.users }, (_, index) => `${prefix}${index}`);
  const startedMs = performance.now();
  // Each look asks every inbox, so it is not often.
  const stored = (wanted: number) =>
    eventually(async () => stopUnless((await report(id))["stored"] ?? 0, wanted), { timeoutMs: 120_000, everyMs: 300 });
  const { id } = await notify({ to: { users }, item: { title: "to many" } });
  const acceptedMs = performance.now() - startedMs;
  const workers = [...hub.workers];
  for (let kill = 1; kill <= trial.kills; kill += 1) {
    const share = kill / (trial.kills + 1);
    await stored(trial.users * share);
    await workers.shift()?.kill();
    workers.push(await hub.start("worker"));
  }
  await stored(trial.users);
  const storedMs = performance.now() - startedMs;
  const redis = new Redis(hub.redis.url);
  try {
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
