import type { Logger } from "@switchyard/runtime/logger";
import type { ScriptPlace } from "../redis/define-script.ts";
import { reconcileEveryMs } from "./groups/group-constants.ts";
import { groupScripts } from "./groups/group-scripts.ts";

export interface LackedHandlersOptions {
  readonly place: ScriptPlace;
  readonly logger: Logger;
  /** How long tasks wait for a worker that has their handler, while workers run; 0: they fail at once. */
  readonly waitMs: number;
  /** Whether another worker that is alive has it. */
  readonly isElsewhere: (handler: string) => Promise<boolean>;
}

/**
 * What becomes of a task that this worker has taken and has no handler for: true: it is given back, and no other of its handler is handed
 * to this worker; false: no worker has had it for too long, and it fails.
 */
export type MayWait = (handler: string, token: string) => Promise<boolean>;

/** Names come from outside, and a log is no place for all of them. */
const toldMax = 50;
/** What cannot be a handler's name is none in any other worker either. */
const handlerName = /^[-\w.]{1,64}$/;

export function createLackedHandlers({ place, logger, waitMs, isElsewhere }: LackedHandlersOptions): MayWait {
  const told = new Set<string>();
  const most = Math.ceil(waitMs / reconcileEveryMs);
  return async (handler, token) => {
    if (!handlerName.test(handler)) return false;
    try {
      const elsewhere = await isElsewhere(handler);
      const isElsewhereText = elsewhere ? 1 : 0;
      const mayWait = await groupScripts.lackHandler.run(place, { handler, token, most, isElsewhere: isElsewhereText });
      if (mayWait && !told.has(handler) && told.size < toldMax) {
        told.add(handler);
        const where = elsewhere ? "other workers" : "a worker that has it";
        logger.warn({ handler, waitMs }, `this worker has no such handler; its tasks wait for ${where}`);
      }
      return mayWait;
    } catch (error) {
      // It is tried again when Redis answers, here or elsewhere: a task is not failed for what could not be asked.
      logger.debug({ err: error, handler }, "handler not looked for elsewhere");
      return true;
    }
  };
}
