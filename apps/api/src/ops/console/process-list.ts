import type { NodeDescription, ProcessDescription } from "@switchyard/broker/node-registry";
import { needBounds } from "@switchyard/console/need-rules";
import type { ProcessAnswer } from "@switchyard/console/processes";
import type { WorkerState } from "@switchyard/tasks/worker-registry";

export interface ListedProcess extends ProcessAnswer {
  /** It has gone, and had not said that it stops. */
  readonly isLost: boolean;
  /** Its pool has gone so; it finishes what it runs and ends, or has ended. */
  readonly isOrphan: boolean;
}

export interface AliveProcesses {
  readonly gateways: readonly NodeDescription[];
  readonly apis: readonly ProcessDescription[];
  readonly workers: readonly WorkerState[];
}

/** What those said last that have left by themselves, by their uid. */
export type LastWords = ReadonlyMap<string, Pick<WorkerState, "isOrphan">>;

export interface ProcessList {
  /** Those that were there at the last update, and are not now: has each left by itself? */
  missing(alive: AliveProcesses): readonly string[];
  /** Those that are alive, and those that were seen and went within the last ten minutes. */
  update(alive: AliveProcesses, lastWords: LastWords, nowMs: number): readonly ListedProcess[];
}

const kinds = ["gateway", "api", "worker"] as const;

/** Remembers who was there, since a list of the living cannot say who is missing. */
export function createProcessList(): ProcessList {
  let seen: ReadonlyMap<string, ListedProcess> = new Map();
  return {
    missing({ gateways, apis, workers }) {
      const present = new Set([...gateways, ...apis, ...workers].map(({ uid }) => uid));
      return [...seen.values()].filter(({ uid, state }) => state !== "gone" && !present.has(uid)).map(({ uid }) => uid);
    },
    update(alive, lastWords, nowMs) {
      const present = describe(alive, nowMs);
      const gone = [...seen.values()]
        .filter(({ uid, lastSeenAtMs }) => !present.has(uid) && lastSeenAtMs > nowMs - needBounds.processToldMs)
        .map((one) => ({
          ...one,
          state: "gone" as const,
          isLost: one.isLost || (one.state === "up" && !lastWords.has(one.uid)),
          isOrphan: one.isOrphan || lastWords.get(one.uid)?.isOrphan === true,
        }));
      seen = new Map([...present, ...gone.map((one) => [one.uid, one] as const)]);
      return [...seen.values()].toSorted(
        (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
      );
    },
  };
}

type Named = Pick<ProcessDescription, "uid" | "name" | "version" | "settings" | "startedAtMs">;

function describe({ gateways, apis, workers }: AliveProcesses, nowMs: number): Map<string, ListedProcess> {
  const common = {
    state: "up",
    lastSeenAtMs: nowMs,
    gateway: null,
    worker: null,
    isLost: false,
    isOrphan: false,
  } as const;
  const named = ({ uid, name, version, settings, startedAtMs }: Named) => ({
    ...common,
    uid,
    name,
    version,
    settings: settings ?? null,
    startedAtMs: startedAtMs ?? null,
  });
  const listed: ListedProcess[] = [
    ...gateways.map((node) => ({
      ...named(node),
      kind: "gateway" as const,
      // By whole minutes, or a node would seem to start anew with each of its own seconds; and never one that is to come.
      startedAtMs: Math.floor((nowMs - node.uptime * 1_000) / 60_000) * 60_000,
      gateway: {
        clients: node.num_clients,
        users: node.num_users,
        subscriptions: node.num_subs,
        channels: node.num_channels,
      },
    })),
    ...apis.map((api) => ({ ...named(api), kind: "api" as const })),
    ...workers.map((worker) => ({
      ...named(worker),
      kind: "worker" as const,
      state: worker.isDraining === true ? ("draining" as const) : ("up" as const),
      isOrphan: worker.isOrphan === true,
      worker: {
        pool: worker.pool ?? null,
        busy: worker.busy,
        slots: worker.concurrency,
        handlers: worker.handlers.map(({ name }) => name),
        secondsPerTask: worker.secondsPerTask,
      },
    })),
  ];
  return new Map(listed.map((one) => [one.uid, one]));
}
