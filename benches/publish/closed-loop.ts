import { monotonicUs } from "../machine/monotonic-us.ts";

export interface ClosedLoopReading {
  /** Accepted by the backplane. */
  readonly published: number;
  readonly failed: number;
  readonly firstFailure?: string;
  readonly elapsedMs: number;
}

export interface ClosedLoop {
  stop(): Promise<ClosedLoopReading>;
}

/**
 * Keeps `inFlight` calls of `send` under way, each followed by the next when it is answered (a closed model): finds how fast
 * the whole of publisher, backplane and network is when nobody has to wait. It says nothing about latency.
 */
export function startClosedLoop(inFlight: number, send: (index: number) => Promise<unknown>): ClosedLoop {
  const startedUs = monotonicUs();
  const failures: string[] = [];
  let [started, published, running] = [0, 0, true];

  async function run(): Promise<void> {
    while (running) {
      started += 1;
      try {
        await send(started);
        published += 1;
      } catch (error) {
        failures.push(String(error));
      }
    }
  }
  const lanes = Array.from({ length: inFlight }, run);

  return {
    async stop() {
      running = false;
      await Promise.all(lanes);
      const [firstFailure] = failures;
      return {
        published,
        failed: failures.length,
        ...(firstFailure !== undefined && { firstFailure }),
        elapsedMs: (monotonicUs() - startedUs) / 1000,
      };
    },
  };
}
