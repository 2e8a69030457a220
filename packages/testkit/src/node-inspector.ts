import { setTimeout as wait } from "node:timers/promises";

/** The memory of another Node process after a full garbage collection, in bytes. */
export interface MemoryReading {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** Looks into a Node that was started with `--inspect`, so that nothing of a test or a bench has to run inside it. */
export interface NodeInspector {
  memory(): Promise<MemoryReading>;
  /** The URLs of the files in which a function is called while `run` goes on; all that the process does meanwhile is in it. */
  filesCalledDuring(run: () => Promise<void>): Promise<ReadonlySet<string>>;
  close(): void;
}

interface InspectorReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/** The allocator gives pages back some time after a collection, and what a collection freed may keep other things alive. */
const collections = 4;
const betweenMs = 250;

/** @throws Error when nobody answers on the port within 5 s. */
export async function openNodeInspector(port: number): Promise<NodeInspector> {
  const socket = new WebSocket(await findTarget(port));
  const pending = new Map<number, PromiseWithResolvers<InspectorReply>>();
  socket.addEventListener("message", ({ data }) => {
    const reply = JSON.parse(String(data)) as InspectorReply;
    pending.get(reply.id)?.resolve(reply);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error(`no inspector on port ${port}`)));
  });

  async function call(method: string, params: object = {}): Promise<unknown> {
    const id = pending.size + 1;
    const reply = Promise.withResolvers<InspectorReply>();
    pending.set(id, reply);
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await reply.promise;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async function takeCoverage(): Promise<Coverage["result"]> {
    return ((await call("Profiler.takePreciseCoverage")) as Coverage).result;
  }

  return {
    async memory() {
      for (let count = 0; count < collections; count += 1) {
        await call("HeapProfiler.collectGarbage");
        await wait(betweenMs);
      }
      const reply = await call("Runtime.evaluate", { expression: "JSON.stringify(process.memoryUsage())" });
      const { result } = reply as { readonly result: { readonly value: string } };
      return JSON.parse(result.value) as MemoryReading;
    },
    async filesCalledDuring(run) {
      await call("Profiler.enable");
      await call("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
      // Counts from here on.
      await takeCoverage();
      await run();
      const scripts = await takeCoverage();
      await call("Profiler.stopPreciseCoverage");
      const called = scripts.filter(({ functions }) =>
        functions.some(({ ranges: [whole] }) => (whole?.count ?? 0) > 0),
      );
      return new Set(called.map(({ url }) => url));
    },
    close: () => socket.close(),
  };
}

async function findTarget(port: number): Promise<string> {
  for (const deadlineMs = performance.now() + 5_000; ; await wait(50)) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/json`);
      const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
      if (target !== undefined) return target.webSocketDebuggerUrl;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
  }
}
