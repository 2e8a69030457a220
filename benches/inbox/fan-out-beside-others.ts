import { setTimeout as wait } from "node:timers/promises";
import { build } from "hdr-histogram-js";
import type { BenchContext } from "../bench.ts";
import { type CpuShares, watchCpu } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { apiKey, openHub } from "../result-latency/open-hub.ts";

export interface FanOutReading {
  readonly users: number;
  /** Until the caller had its 202, and until the last task had written its last user. */
  readonly acceptedMs: number;
  readonly storedMs: number;
  /** Publishing by another caller: alone, and while the fan-out went on. */
  readonly alone: Latency;
  readonly meanwhile: Latency;
  readonly cpu: CpuShares<"gateway" | "api" | "worker" | "redis">;
}

interface Latency {
  readonly publications: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const publishEveryMs = 5;

/** A hub as it is deployed, on the server's core; the caller, the other caller and Redis share the load core. */
export async function measureFanOut({ redis, quick }: BenchContext): Promise<FanOutReading> {
  const hub = await openHub(redis.url);
  const users = Array.from({ length: quick ? 1_000 : 10_000 }, (_, index) => `fan-out-${index}`);
  const request = async (path: string, body?: object) => {
    const response = await fetch(hub.apiUrl + path, {
      headers: { "content-type": "application/json", "x-api-key": apiKey },
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { readonly tasks: readonly string[]; readonly status: string };
  };
  const publishing = (work: () => Promise<unknown>) =>
    latencyDuring(work, () => request("/api/publish", { channel: "user:other", data: 1 }));
  try {
    await publishing(() => wait(1_000));
    const end = await watchCpu({
      gateway: { pid: hub.pids.gateway, core: serverCore },
      api: { pid: hub.pids.api, core: serverCore },
      worker: { pid: hub.pids.worker, core: serverCore },
      redis: { pid: redis.pid, core: loadCore },
    });
    const alone = await publishing(() => wait(quick ? 1_000 : 10_000));
    const beganMs = performance.now();
    let acceptedMs = 0;
    const meanwhile = await publishing(async () => {
      const { tasks } = await request("/v1/inbox", { to: { users }, item: { title: "to many" } });
      acceptedMs = performance.now() - beganMs;
      // One question after the other, each waits for its task's end: nobody walks over inboxes meanwhile, and the questions do not
      // crowd before those of others.
      for (const id of tasks) {
        const { status } = await request(`/v1/tasks/${id}?wait=60`);
        if (status !== "succeeded") throw new Error(`a task of the fan-out is ${status}`);
      }
    });
    return {
      users: users.length,
      acceptedMs,
      storedMs: performance.now() - beganMs,
      alone,
      meanwhile,
      cpu: await end(),
    };
  } finally {
    await hub.close();
  }
}

/** Of one publication after the other, while something is done. */
async function latencyDuring(work: () => Promise<unknown>, publish: () => Promise<unknown>): Promise<Latency> {
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60e6,
    numberOfSignificantValueDigits: 3,
  });
  let isDone = false;
  const working = work().finally(() => (isDone = true));
  while (!isDone) {
    const beganMs = performance.now();
    await publish();
    latencies.recordValue(Math.max(1, Math.round((performance.now() - beganMs) * 1_000)));
    await wait(publishEveryMs);
  }
  await working;
  const at = (share: number) => latencies.getValueAtPercentile(share) / 1_000;
  return { publications: latencies.totalCount, p50Ms: at(50), p99Ms: at(99) };
}
