import { randomUUID } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { PacedWorker } from "../../handler-pace.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { WorkerState } from "../../worker-registry.ts";
import { agreeOnShares } from "./agree-on-shares.ts";
import { rememberPaces } from "./remember-paces.ts";
import { groupScripts as scripts } from "./group-scripts.ts";

export interface KeepShares {
  readonly place: ScriptPlace;
  readonly handlers: Settings["handlers"];
  /** The workers that are alive and take tasks; undefined: this one is all there is. */
  readonly listWorkers?: (() => Promise<readonly KeptWorker[]>) | undefined;
  readonly logger: Pick<Logger, "warn" | "debug">;
  readonly lookEveryMs?: number;
}

export type KeptWorker = Pick<WorkerState, "handlers"> & PacedWorker;

export interface KeptShares {
  /** At a start, and after a loss of Redis' data: never above what another worker has said. */
  write(): Promise<void>;
  /** Begins to look at the workers; ended by `close`. */
  start(): void;
  close(): void;
}

/** Of groups and of tasks that are put back in line in one step. */
const stepSize = 100;
/** One that keeps the shares and is gone is followed by another after so many looks: in the ten seconds after which its lease has run out, too. */
const looksHeld = 5;
const rememberEveryMs = 30_000;

/**
 * Keeps the shares of handlers (`concurrency`) at what the workers that are alive say of them, at the lowest where they differ. One worker does
 * it for all, every two seconds: the one that has started last, or the next one to look when it is gone. A share that only a worker
 * has named which is gone ends within that time of the end of its lease. The same worker writes down what handlers take, as it has the
 * list at hand.
 */
export function keepShares({ place, handlers, listWorkers, logger, lookEveryMs = 2_000 }: KeepShares): KeptShares {
  const own = {
    handlers: Object.entries(handlers).map(([name, { concurrency = 0, kind }]) => ({ name, kind, concurrency })),
  };
  const keeper = randomUUID();
  const told = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let rememberedMs = -Infinity;

  /** @returns the shares as they are; undefined: another worker keeps them */
  const claim = (mayTakeOver: 0 | 1) =>
    scripts.lookAtShares.run(place, { keeper, holdMs: looksHeld * lookEveryMs, mayTakeOver });

  async function look(): Promise<void> {
    const others = (await listWorkers?.()) ?? [];
    const current = isOver ? undefined : await claim(0);
    if (current === undefined) return;
    for (const [handler, { concurrency, said }] of agreeOnShares([own, ...others])) {
      if ((current.get(handler) ?? 0) !== concurrency) await setShare(place, { handler, concurrency, mayRaise: 1 });
      const words = said.join();
      if (said.length > 1 && told.get(handler) !== words)
        logger.warn(
          { handler, said, concurrency },
          "workers differ in the concurrency of a handler; the lowest counts",
        );
      told.set(handler, words);
    }
    if (performance.now() - rememberedMs < rememberEveryMs) return;
    if (await rememberPaces(place, others)) rememberedMs = performance.now();
  }

  async function lookAgain(): Promise<void> {
    await look().catch((error: unknown) => logger.debug({ err: error }, "shares of handlers not looked at"));
    if (!isOver) timer = setTimeout(() => void lookAgain(), lookEveryMs).unref();
  }

  return {
    async write() {
      const mayRaise = listWorkers === undefined ? 1 : 0;
      // It is not on the list yet, and one that keeps them by the list would undo what it says.
      if (listWorkers !== undefined) await claim(1);
      for (const { name: handler, concurrency } of own.handlers)
        await setShare(place, { handler, concurrency, mayRaise });
    },
    start() {
      if (listWorkers !== undefined) void lookAgain();
    },
    close() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

async function setShare(
  place: ScriptPlace,
  share: { readonly handler: string; readonly concurrency: number; readonly mayRaise: 0 | 1 },
): Promise<void> {
  if (!(await scripts.setShare.run(place, share))) return;
  const recall = () => scripts.recallShare.run(place, { handler: share.handler, limit: stepSize });
  // Workers look at what is put back meanwhile and may put it aside again, so what is left need never be nothing: once is enough.
  for (let left = await recall(); left > 0; left -= stepSize) await recall();
}
