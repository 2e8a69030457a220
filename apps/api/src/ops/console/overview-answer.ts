import type { GroupFigures, OverviewAnswer, ProcessKind, TaskFigures } from "@switchyard/console/answers";
import type { HandlerAnswer, WorkersAnswer } from "@switchyard/console/processes";
import type { GroupState } from "@switchyard/tasks/group";
import { pacesOf } from "@switchyard/tasks/handler-pace";
import type { GroupSight } from "../../access/group-sight.ts";
import type { HubSnapshot } from "./hub-watch.ts";
import { cutNeeds } from "./cut-needs.ts";
import { judgeNeeds } from "./judge-needs.ts";
import type { JudgedBy } from "./judged-by.ts";

const kinds: readonly ProcessKind[] = ["gateway", "api", "worker"];
const groupsShown = 10;

/** What somebody sees who sees some groups only. */
export interface NarrowView {
  readonly sight: Pick<GroupSight, "has">;
  /** Those of these groups in which something waits or runs, these with most waiting first. */
  readonly busy: readonly GroupState[];
}

/**
 * What the first screen shows, and the head of all others. For somebody who sees some groups only, it is of those: what is of the whole hub is
 * left out, the page shows no place for it.
 */
export function overviewOf(hub: HubSnapshot, by: JudgedBy, narrow?: NarrowView): Omit<OverviewAnswer, "console"> {
  const needs = judgeNeeds(hub, by);
  const whole = { tasks: taskFigures(hub, by), ...processFigures(hub) };
  return {
    ...(narrow === undefined ? whole : { ...whole, ...ofNothing(whole) }),
    isNarrow: narrow !== undefined,
    ...cutNeeds(
      needs.filter((need) => narrow === undefined || ("group" in need && narrow.sight.has(need.group))),
      hub.trouble,
    ),
    groups: (narrow === undefined ? groupFigures(hub) : figuresInSight(narrow, hub)).slice(0, groupsShown),
  };
}

function ofNothing({ tasks, clients }: Pick<OverviewAnswer, "tasks" | "clients">) {
  const zeros = <T extends object>(of: T) => Object.fromEntries(Object.keys(of).map((name) => [name, 0])) as T;
  return { tasks: zeros(tasks), clients: zeros(clients), processes: [] };
}

function processFigures(hub: HubSnapshot): Pick<OverviewAnswer, "clients" | "processes"> {
  const alive = hub.processes.filter(({ state }) => state !== "gone");
  const gateways = alive.flatMap(({ gateway }) => gateway ?? []);
  const sum = (field: "clients" | "users" | "subscriptions") => gateways.reduce((total, one) => total + one[field], 0);
  return {
    clients: { clients: sum("clients"), users: sum("users"), subscriptions: sum("subscriptions") },
    processes: kinds.map((kind) => {
      const ofKind = alive.filter((one) => one.kind === kind);
      return { kind, count: ofKind.length, versions: [...new Set(ofKind.map(({ version }) => version))].toSorted() };
    }),
  };
}

function taskFigures({ backlog, processes }: HubSnapshot, { needSlots }: JudgedBy): TaskFigures {
  const { counts, runnable, oldestRunnableAgeMs, inPerSecond, outPerSecond } = backlog;
  const slots = processes.reduce((total, { worker, state }) => total + (state === "up" ? (worker?.slots ?? 0) : 0), 0);
  return { ...counts, runnable, oldestRunnableAgeMs, inPerSecond, outPerSecond, needSlots, slots };
}

function groupFigures({ backlog }: HubSnapshot): readonly GroupFigures[] {
  return backlog.groups.map(({ group, ...figures }) => ({ id: group, ...figures }));
}

function figuresInSight({ busy }: NarrowView, { nowMs }: HubSnapshot): readonly GroupFigures[] {
  return busy.map(({ id, waiting, active, held, settings, oldest }) => ({
    id,
    waiting,
    active: active + held,
    limit: settings.concurrency,
    oldestAgeMs: oldest === null ? null : Math.max(0, nowMs - oldest.enqueuedAtMs),
  }));
}

/** @param states as workers say of themselves, for what of them is not in the list of processes */
export function workersOf(hub: HubSnapshot, by: JudgedBy): WorkersAnswer {
  const { backlog } = hub;
  const workers = hub.processes.filter(({ kind }) => kind === "worker");
  const figures = workers.flatMap(({ worker, state }) => (state === "gone" || worker === null ? [] : [worker]));
  return {
    needSlots: by.needSlots,
    slots: figures.reduce((total, { slots }) => total + slots, 0),
    busy: figures.reduce((total, { busy }) => total + busy, 0),
    runnable: backlog.runnable,
    oldestRunnableAgeMs: backlog.oldestRunnableAgeMs,
    targetWaitSeconds: by.targetWaitMs / 1_000,
    handlers: handlersOf(hub),
    workers,
  };
}

/** Of handlers that tasks wait for: their names may be anything. */
const backlogHandlersMax = 50;

function handlersOf({ backlog, workers }: HubSnapshot): readonly HandlerAnswer[] {
  const found = new Map<string, HandlerAnswer>();
  const none = { kind: "", version: "", workers: 0, runnable: 0, retrying: 0, attemptSeconds: null };
  for (const { handlers } of workers)
    for (const { name, kind, version = "" } of handlers) {
      const known = found.get(name) ?? { ...none, name, kind, version };
      found.set(name, { ...known, workers: known.workers + 1 });
    }
  for (const { handler, runnable, retrying } of backlog.handlers.slice(0, backlogHandlersMax))
    found.set(handler, { ...(found.get(handler) ?? { ...none, name: handler }), runnable, retrying });
  const paces = pacesOf(workers);
  return [...found.values()]
    .map((one) => ({ ...one, attemptSeconds: paces.get(one.name)?.attemptSeconds ?? null }))
    .toSorted((a, b) => b.runnable - a.runnable || (a.name < b.name ? -1 : 1));
}
