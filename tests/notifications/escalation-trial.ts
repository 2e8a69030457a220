import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import type { NotifyHub } from "./notify-hub.ts";

export interface EscalationFindings {
  /** By user: the tasks its handler was given. Any other number than one is a fault. */
  readonly tasks: Readonly<Record<string, number>>;
}

/**
 * A step of a second for one user after the other, and each time a worker is killed somewhere around the moment it fires: in
 * turns before, at and after it. Never none and never two.
 */
export async function escalationTrial(
  { hub, notify, tasksFor }: NotifyHub,
  kills: number,
): Promise<EscalationFindings> {
  const workers = [...hub.workers];
  const users = Array.from({ length: kills }, (_, index) => `killed-${index}`);
  for (const [index, user] of users.entries()) {
    const escalate = [{ afterMs: 1_000, handler: "tell" }];
    await notify({ to: { users: [user] }, item: { title: "look" }, escalate });
    // From 200 ms before to 180 ms after.
    await sleep(800 + ((index * 7) % 20) * 20);
    await workers.shift()?.kill();
    workers.push(await hub.start("worker"));
  }
  const countOf = (user: string) => tasksFor(user).size;
  await eventually(
    () => {
      const silent = users.filter((user) => countOf(user) === 0);
      if (silent.length > 0) throw new Error(`nobody was told of ${silent.join(", ")}`);
    },
    { timeoutMs: 60_000 },
  );
  return { tasks: Object.fromEntries(users.map((user) => [user, countOf(user)])) };
}
