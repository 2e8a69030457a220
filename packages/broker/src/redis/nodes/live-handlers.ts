import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { createRedisNodeRegistry } from "./redis-node-registry.ts";

/** Which handlers the workers have that are alive and take calls. */
export interface LiveHandlers {
  /** @throws when Redis does not answer, and the handler is not known from a moment ago. */
  offers(handler: string): Promise<boolean>;
  close(): Promise<void>;
}

/** As much of what workers say of themselves as is asked for here; `WorkerState` of `@switchyard/tasks` is all of it. */
interface ListedWorker {
  readonly uid: string;
  readonly handlers: readonly { readonly name: string }[];
  readonly isDraining?: boolean;
}

/** A handler that was there this long ago is there; one that was not is always asked for, as its worker may just have started. */
const freshMs = 1_000;

/** Asks nothing by itself, so it costs nothing where nobody asks. */
export async function createLiveHandlers(options: {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}): Promise<LiveHandlers> {
  const workers = await createRedisNodeRegistry<ListedWorker>({ ...options, kind: "workers" });
  let known: ReadonlySet<string> = new Set();
  let knownUntilMs = 0;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const alive = await workers.list();
    const taking = alive.filter(({ isDraining }) => isDraining !== true);
    known = new Set(taking.flatMap(({ handlers }) => handlers.map(({ name }) => name)));
    knownUntilMs = performance.now() + freshMs;
  }

  return {
    async offers(handler) {
      if (known.has(handler) && performance.now() < knownUntilMs) return true;
      // One reading for all who ask at the same time.
      reading ??= read().finally(() => (reading = undefined));
      await reading;
      return known.has(handler);
    },
    close: () => workers.close(),
  };
}
