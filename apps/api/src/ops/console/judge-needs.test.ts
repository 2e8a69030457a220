import type { GroupName } from "@switchyard/tasks/group-name";
import type { TaskId } from "@switchyard/protocol/task-id";
import { needWords } from "@switchyard/console/need-words";
import { expect, test } from "vitest";
import type { HubSnapshot } from "./hub-watch.ts";
import { judgeNeeds } from "./judge-needs.ts";
import { workersOf } from "./overview-answer.ts";
import type { ListedProcess } from "./process-list.ts";

const nowMs = 1_767_225_600_000;
const worker = { pool: null, busy: 0, slots: 8, handlers: ["mail"], secondsPerTask: {} };
const common = {
  version: "1.0.0",
  settings: null,
  state: "up",
  lastSeenAtMs: nowMs,
  startedAtMs: null,
  isLost: false,
  isOrphan: false,
} as const;
const gateway: ListedProcess = { ...common, kind: "gateway", uid: "g", name: "g:1", gateway: null, worker: null };
const aWorker: ListedProcess = { ...common, kind: "worker", uid: "w", name: "w:1", gateway: null, worker };

const well: HubSnapshot = {
  nowMs,
  backlog: {
    counts: { queued: 0, running: 0, retrying: 0, delayed: 0, dead: 0 },
    runnable: 0,
    due: 0,
    retryingRunnable: 0,
    handlers: [],
    oldestRunnableAgeMs: null,
    inPerSecond: null,
    outPerSecond: null,
    groups: [],
    remembered: new Map(),
    isCapped: false,
    shares: [],
    lacking: [],
  },
  trouble: {
    readAtMs: nowMs,
    refusal: null,
    queuePaused: null,
    paused: [],
    isPausedPartial: false,
    dead: 0,
    failures: [],
    deadGroups: [],
    isDeadPartial: false,
  },
  processes: [gateway, aWorker],
  settingsDiffer: [],
  workers: [],
  schedules: [],
  lostAttempts: 0,
};
const judged = (change: Partial<HubSnapshot>) =>
  judgeNeeds({ ...well, ...change }, { targetWaitMs: 5_000, needSlots: 20, oldestAgeMs: null }).map(
    ({ severity, code }) => `${severity} ${code}`,
  );
const counts = (change: object) => ({ ...well.backlog, counts: { ...well.backlog.counts, ...change } });
const paused = (waiting: number) => ({
  group: "mail" as GroupName,
  reason: "by hand",
  waiting,
  pausedAtMs: nowMs,
  pausedBy: "ann",
});
const failure = (reason: string, newestAtMs: number, count: number) => ({
  group: "mail" as GroupName,
  handler: "mail",
  reason,
  count,
  newestId: "t_1" as TaskId,
  newestAtMs,
});

test.each<[string, Partial<HubSnapshot>, string[]]>([
  ["a hub that works needs nobody", {}, []],
  ["no gateway", { processes: [aWorker] }, ["critical no_gateway"]],
  [
    "no worker, or none that takes tasks",
    { processes: [gateway, { ...aWorker, state: "draining" }] },
    ["critical no_worker"],
  ],
  [
    "a worker that vanished",
    { processes: [gateway, aWorker, { ...aWorker, uid: "x", state: "gone", isLost: true }] },
    ["warning process_lost"],
  ],
  [
    "a pool that vanished, once for all of its processes",
    {
      processes: [
        gateway,
        aWorker,
        ...["x", "y"].map((uid) => ({
          ...aWorker,
          uid,
          state: "gone" as const,
          isOrphan: true,
          worker: { ...worker, pool: "p" },
        })),
      ],
    },
    ["warning process_lost"],
  ],
  [
    "processes that have run with other settings for longer than it takes to replace them one by one",
    {
      settingsDiffer: [
        { kind: "gateway", variants: 2, sinceMs: nowMs - 61_000 },
        { kind: "worker", variants: 2, sinceMs: nowMs - 59_000 },
      ],
    },
    ["notice settings_differ"],
  ],
  ["two versions", { processes: [gateway, { ...aWorker, version: "1.1.0" }] }, ["notice versions_differ"]],
  [
    "a queue that is paused",
    { trouble: { ...well.trouble, queuePaused: "by a BullMQ client" } },
    ["critical queue_paused"],
  ],
  [
    "a Redis that can be read and not written to",
    { trouble: { ...well.trouble, refusal: "full" } },
    ["critical redis_refuses"],
  ],
  [
    "processes that cannot say that they are there, since Redis takes no writes",
    { processes: [], trouble: { ...well.trouble, refusal: "replica" } },
    ["critical redis_refuses"],
  ],
  [
    "a worker that had gone before Redis took no writes",
    { processes: [gateway, { ...aWorker, state: "gone" }], trouble: { ...well.trouble, refusal: "disk" } },
    ["critical no_worker", "critical redis_refuses"],
  ],
  [
    "tasks that were given back since no worker has their handler, which are not runnable any more",
    { backlog: { ...well.backlog, lacking: ["ghost", "mail"].map((handler) => ({ handler, waiting: 200 })) } },
    ["critical handler_missing"],
  ],
  [
    "a handler that no worker has, unless every worker has it",
    {
      backlog: {
        ...well.backlog,
        handlers: ["resize", "mail", "hub.callback"].map((handler) => ({
          handler,
          runnable: 2,
          retrying: 0,
          oldestAgeMs: 0,
        })),
      },
    },
    ["critical handler_missing"],
  ],
  ["attempts that no worker has", { backlog: counts({ running: 2 }), lostAttempts: 2 }, ["warning attempts_lost"]],
  [
    "a paused group in which tasks wait",
    { trouble: { ...well.trouble, paused: [paused(3)] } },
    ["warning group_paused"],
  ],
  ["a paused group that is empty", { trouble: { ...well.trouble, paused: [paused(0)] } }, ["notice group_paused"]],
  [
    "what failed lately",
    { trouble: { ...well.trouble, failures: [failure("no", nowMs - 1_000, 3)] } },
    ["warning dead_letters"],
  ],
  [
    "what failed yesterday",
    { trouble: { ...well.trouble, failures: [failure("no", nowMs - 86_400_000, 3)] } },
    ["notice dead_letters"],
  ],
  [
    "schedules, the one that stands still first",
    {
      schedules: [
        { code: "schedule_missed", id: "a", count: 1, atMs: nowMs },
        { code: "schedule_unreadable", id: "b" },
        { code: "schedule_overdue", id: "c", dueAtMs: nowMs },
      ],
    },
    ["critical schedule_overdue", "warning schedule_missed", "warning schedule_unreadable"],
  ],
])("%s", (_, change, needs) => {
  expect(judged(change)).toEqual(needs);
});

test("work is late when it has waited ten times as long as it may, and what mostly fails or nobody can run is no work", () => {
  const late = (oldestAgeMs: number | null) =>
    judgeNeeds(
      { ...well, backlog: { ...well.backlog, oldestRunnableAgeMs: 900_000 } },
      { targetWaitMs: 5_000, needSlots: 20, oldestAgeMs },
    );
  expect(late(50_001)).toMatchObject([{ severity: "warning", code: "tasks_late", oldestAgeMs: 50_001, slots: 8 }]);
  expect(late(50_000)).toEqual([]);
  expect(late(null)).toEqual([]);
});

test("what waits for a worker is what could run, and not what is due tomorrow", () => {
  const backlog = { ...counts({ queued: 25, retrying: 7, delayed: 150 }), due: 3 };
  const [need] = judgeNeeds(
    { ...well, processes: [gateway], backlog },
    { targetWaitMs: 5_000, needSlots: 1, oldestAgeMs: null },
  );
  expect(need).toEqual({ severity: "critical", code: "no_worker", waiting: 28 });
});

test("dead letters of one group are one need, with what they failed with", () => {
  const failures = [failure("smtp timeout", nowMs, 31), failure("550", nowMs - 5, 6)];
  const [need] = judgeNeeds(
    { ...well, trouble: { ...well.trouble, failures } },
    { targetWaitMs: 5_000, needSlots: 1, oldestAgeMs: null },
  );
  expect(need).toMatchObject({ count: 37, newestAtMs: nowMs, kinds: [{ count: 31 }, { reason: "550", count: 6 }] });
});

test("how many dead letters of a group were looked at is told, where it has more", () => {
  const newest = failure("smtp timeout", nowMs, 68);
  const deadGroups = [{ group: newest.group, count: 200, newest }];
  const [need] = judgeNeeds(
    { ...well, trouble: { ...well.trouble, failures: [newest], deadGroups } },
    { targetWaitMs: 5_000, needSlots: 1, oldestAgeMs: null },
  );
  expect(need).toMatchObject({ count: 200, examined: 68, kinds: [{ count: 68 }] });
  const { details } = needWords.en;
  expect(need?.code === "dead_letters" && details.dead_letters?.(need, String)).toBe(
    "Of the newest 68: smtp timeout (68)",
  );
});

test("a handler whose attempts all hang takes as long as they do, though it needs nobody", () => {
  const handlers = [{ name: "nap", kind: "module" as const }];
  const paces = { secondsPerTask: { nap: 0 }, attemptSeconds: { nap: 60 } };
  const state = {
    uid: "w",
    name: "w:1",
    version: "1.0.0",
    queue: "tasks",
    concurrency: 8,
    busy: 0,
    startedAtMs: 0,
    handlers,
    ...paces,
  };
  const answer = workersOf({ ...well, workers: [state] }, { targetWaitMs: 5_000, needSlots: 0, oldestAgeMs: null });
  expect(answer.handlers).toMatchObject([{ name: "nap", attemptSeconds: 60 }]);
});
