import type { Need } from "@switchyard/console/answers";
import { needBounds } from "@switchyard/console/need-rules";
import type { HubSnapshot } from "./hub-watch.ts";
import type { JudgedBy } from "./judged-by.ts";
import type { ListedProcess } from "./process-list.ts";

const kindsTold = 3;
const order = { critical: 0, warning: 1, notice: 2 } as const;

/**
 * What a person should look at, from one look at the hub, the most urgent first. Pure, and the one place that judges: the page, the alerts
 * and the metric say what this says, by the bounds of the table that their texts are written from.
 */
export function judgeNeeds(hub: HubSnapshot, by: JudgedBy): readonly Need[] {
  const needs = [...judgeProcesses(hub), ...judgeQueue(hub, by), ...judgeGroups(hub), ...judgeSchedules(hub)];
  return needs.toSorted((a, b) => order[a.severity] - order[b.severity]);
}

const isOrphan = (one: ListedProcess) => one.isOrphan;
const isThere = ({ state }: ListedProcess) => state !== "gone";

function* judgeProcesses({ processes, settingsDiffer, backlog, trouble, nowMs }: HubSnapshot): Generator<Need> {
  const alive = processes.filter(isThere);
  // While Redis takes no writes nobody can be on a list, and an api that has never seen one knows nothing.
  const isKnown = (kind: ListedProcess["kind"]) =>
    trouble.refusal === null || processes.some((one) => one.kind === kind);
  if (isKnown("gateway") && !alive.some(({ kind }) => kind === "gateway"))
    yield { severity: "critical", code: "no_gateway" };
  if (isKnown("worker") && !alive.some(({ kind, state }) => kind === "worker" && state === "up"))
    yield { severity: "critical", code: "no_worker", waiting: backlog.counts.queued + backlog.due };
  for (const { kind, name, lastSeenAtMs } of processes.filter(({ isLost }) => isLost))
    yield { severity: "warning", code: "process_lost", kind, name, lastSeenAtMs };
  // A pool is in no list of its own: its processes tell of it.
  for (const [name = "", orphans] of Map.groupBy(processes.filter(isOrphan), ({ worker }) => worker?.pool ?? "")) {
    const lastSeenAtMs = Math.max(...orphans.map((one) => one.lastSeenAtMs));
    yield { severity: "warning", code: "process_lost", kind: "pool", name, lastSeenAtMs };
  }
  const versions = [...new Set(alive.map(({ version }) => version))].toSorted();
  if (versions.length > 1) yield { severity: "notice", code: "versions_differ", versions };
  for (const { kind, variants, sinceMs } of settingsDiffer)
    if (sinceMs < nowMs - needBounds.settingsDifferAfterMs)
      yield { severity: "notice", code: "settings_differ", kind, variants };
}

function* judgeQueue({ backlog, trouble, processes, lostAttempts }: HubSnapshot, by: JudgedBy): Generator<Need> {
  if (trouble.refusal !== null) yield { severity: "critical", code: "redis_refuses", why: trouble.refusal };
  if (trouble.queuePaused !== null) yield { severity: "critical", code: "queue_paused", by: trouble.queuePaused };
  const workers = processes.filter(isThere).flatMap(({ worker }) => worker ?? []);
  const known = new Set(workers.flatMap(({ handlers }) => handlers));
  // The hub's own are those of every worker, and none names them.
  const isLacked = (handler: string) => !known.has(handler) && !handler.startsWith("hub.");
  if (workers.length > 0)
    for (const [handler, runnable] of waitingByHandler(backlog))
      if (isLacked(handler)) yield { severity: "critical", code: "handler_missing", handler, runnable };
  const { needSlots, oldestAgeMs, targetWaitMs } = by;
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  if (slots > 0 && oldestAgeMs !== null && oldestAgeMs > needBounds.lateFactor * targetWaitMs)
    yield { severity: "warning", code: "tasks_late", oldestAgeMs, needSlots, slots };
  if (lostAttempts > 0) yield { severity: "warning", code: "attempts_lost", count: lostAttempts };
}

/** What could run, and what a worker has given back since it lacks the handler, which nobody calls runnable. */
function waitingByHandler({ handlers, lacking }: HubSnapshot["backlog"]): ReadonlyMap<string, number> {
  const waiting = new Map(lacking.map((one) => [one.handler, one.waiting]));
  for (const { handler, runnable } of handlers) waiting.set(handler, (waiting.get(handler) ?? 0) + runnable);
  return new Map([...waiting].filter(([, count]) => count > 0));
}

function* judgeGroups({ trouble, nowMs }: HubSnapshot): Generator<Need> {
  for (const paused of trouble.paused)
    // An empty one was paused by somebody who means it.
    yield { severity: paused.waiting > 0 ? "warning" : "notice", code: "group_paused", ...paused };
  for (const { group, count, failures } of deadByGroup(trouble)) {
    const { newestId, newestAtMs } = failures.reduce((a, b) => (b.newestAtMs > a.newestAtMs ? b : a));
    yield {
      severity: newestAtMs > nowMs - needBounds.freshFailureMs ? "warning" : "notice",
      code: "dead_letters",
      group,
      count,
      examined: failures.reduce((sum, kind) => sum + kind.count, 0),
      kinds: failures
        .slice(0, kindsTold)
        .map((kind) => ({ handler: kind.handler, reason: kind.reason, count: kind.count })),
      newestId,
      newestAtMs,
    };
  }
}

/** What they failed with is known of the newest of the hub, and of each group of its newest. */
function deadByGroup({ failures, deadGroups }: HubSnapshot["trouble"]) {
  const known = Map.groupBy(failures, ({ group }) => group);
  const listed = new Set(deadGroups.map(({ group }) => group));
  // Before releases that keep a list of groups, there are letters of groups that are on none.
  const others = [...known].filter(([group]) => !listed.has(group));
  return [
    ...deadGroups.map(({ group, count, newest }) => ({ group, count, failures: known.get(group) ?? [newest] })),
    ...others.map(([group, kinds]) => ({
      group,
      count: kinds.reduce((sum, one) => sum + one.count, 0),
      failures: kinds,
    })),
  ];
}

function* judgeSchedules({ schedules }: HubSnapshot): Generator<Need> {
  for (const found of schedules)
    yield { severity: found.code === "schedule_overdue" ? "critical" : "warning", ...found };
}
