import type { FuzzHub } from "./fuzz-hub.ts";
import { readMetrics } from "../faults/gateway-metrics.ts";

const everyMs = 250;

/** A process's memory at one moment, and how much of the attack was over. */
interface Sample {
  readonly app: string;
  readonly progress: number;
  readonly heapMib: number;
  readonly rssMib: number;
}

export interface MemoryRise {
  readonly app: string;
  /** Floors of the second quarter of the attack and of the last: the first one warms the process up. */
  readonly heapMib: readonly [number, number];
  readonly rssMib: readonly [number, number];
}

/** Reads memory while an attack goes on; `end` says how its floors have moved. */
export function watchMemory(hub: FuzzHub, progress: () => number): { end(): Promise<readonly MemoryRise[]> } {
  const samples: Sample[] = [];
  let reading: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => void (reading = read()), everyMs);
  async function read(): Promise<void> {
    const done = progress();
    for (const app of hub.apps) {
      const metrics = await readMetrics(app).catch(() => undefined);
      const mib = (name: string) => Math.round((metrics?.get(name) ?? 0) / 2 ** 20);
      if (metrics === undefined) continue;
      samples.push({
        app: app.name,
        progress: done,
        heapMib: mib("nodejs_heap_size_used_bytes"),
        rssMib: mib("process_resident_memory_bytes"),
      });
    }
  }
  return {
    async end() {
      clearInterval(timer);
      await reading;
      await read();
      return hub.apps.map(({ name }) => riseOf(name, samples));
    },
  };
}

function riseOf(app: string, samples: readonly Sample[]): MemoryRise {
  const own = samples.filter((sample) => sample.app === app);
  const middle = own.filter(({ progress }) => progress >= 0.25 && progress < 0.5);
  const last = own.filter(({ progress }) => progress >= 0.75);
  const floor = (some: readonly Sample[], key: "heapMib" | "rssMib") =>
    Math.min(...(some.length === 0 ? own : some).map((sample) => sample[key]));
  return {
    app,
    heapMib: [floor(middle, "heapMib"), floor(last, "heapMib")],
    rssMib: [floor(middle, "rssMib"), floor(last, "rssMib")],
  };
}
