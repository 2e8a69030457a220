import type { Probes } from "@switchyard/runtime/probes";
import type { Registry } from "prom-client";
import type { Answers, FromProcess, MetricsJson, ProcessLoad, ToProcess } from "./pool-message.ts";

/** A worker's line to the pool that has started it. */
export interface PoolLine extends PoolMember {
  /** Aborted when the pool says so, when it is gone, and when this process has retired: stop, as on SIGTERM. */
  readonly stopping: AbortSignal;
  /** Whether the pool has gone without having told this process to stop. */
  readonly isCut: () => boolean;
  /** The worker takes tasks from now on; the pool's questions are answered. */
  serve(worker: ServedWorker): void;
  /** Sends what was counted last, so that the pool's counters miss nothing. */
  close(): Promise<void>;
}

/** Who this process is, as the pool has told it on its command line. */
export interface PoolMember {
  /** The host of the pool and its pid. */
  readonly pool: string;
  /** From 1. */
  readonly number: number;
  /** On the list of workers. */
  readonly name: string;
  readonly poolPid: number;
}

export interface ServedWorker {
  readonly probes: Pick<Probes, "answer">;
  readonly registry: Pick<Registry, "getMetricsAsJSON">;
  readonly readLoad: () => ProcessLoad;
  /** Takes nothing new and finishes what runs. */
  readonly drain: (timeoutMs: number) => Promise<void>;
}

const flag = "--of-pool";

/** What a pool gives to a process it starts. */
export function memberArguments(pool: string, number: number): readonly string[] {
  return [flag, pool, String(number), String(process.pid)];
}

/** Undefined: nobody has started this process as part of a pool. */
export function readMember(args: readonly string[]): PoolMember | undefined {
  const index = args.indexOf(flag);
  const [pool = "", number = "", pid = ""] = args.slice(index + 1);
  return index < 0 ? undefined : { pool, number: Number(number), name: `${pool}/${number}`, poolPid: Number(pid) };
}

/** What a forked process has of its line; a test has another. */
export type Channel = Pick<NodeJS.Process, "on" | "connected" | "send">;

/**
 * A pool that is gone, by `kill -9` or otherwise, closes the channel, and then its processes drain and end within `shutdown.timeout`, as
 * on SIGTERM. Rejected: working on until a new pool comes, which would have to find and adopt them, and beside a supervisor that starts
 * a new pool at once there would be twice the processes for as long.
 */
export function openPoolLine(member: PoolMember, channel: Channel = process): PoolLine {
  const stopping = new AbortController();
  let served: ServedWorker | undefined;
  let isTold = false;
  const stop = () => stopping.abort();
  channel.on("disconnect", stop);
  // Gone before anybody listened.
  if (channel.connected !== true) stop();
  // The pool may be gone at any moment, which `disconnect` tells.
  const tell = (message: FromProcess) =>
    new Promise<void>((resolve) => {
      if (channel.connected !== true) return resolve();
      channel.send?.(message, undefined, undefined, () => resolve());
    });

  async function obey(message: ToProcess): Promise<void> {
    if (message.kind === "ask") return answer(message);
    isTold = true;
    if (message.kind === "retire") await served?.drain(message.timeoutMs);
    stop();
  }

  async function answer({ id, about }: ToProcess & { kind: "ask" }): Promise<void> {
    // Not ready yet: an answer in vain costs the pool a second, and it asks again.
    if (served === undefined) return;
    const answer = { kind: "answer", id, about, says: await answers[about](served) } as FromProcess;
    await tell(answer);
  }

  channel.on("message", (message) => void obey(message as ToProcess));
  return {
    ...member,
    stopping: stopping.signal,
    isCut: () => !isTold && channel.connected !== true,
    serve(worker) {
      served = worker;
      void tell({ kind: "ready" });
    },
    async close() {
      if (served !== undefined) await tell({ kind: "farewell", metrics: await answers.metrics(served) });
    },
  };
}

const answers: { readonly [About in keyof Answers]: (worker: ServedWorker) => Promise<Answers[About]> } = {
  load: async ({ readLoad }) => readLoad(),
  readiness: async ({ probes }) => {
    const answer = await probes.answer("/readyz");
    return answer?.status === 200 ? null : (answer?.body ?? "not ready");
  },
  metrics: async ({ registry }) => (await registry.getMetricsAsJSON()) as MetricsJson,
};
