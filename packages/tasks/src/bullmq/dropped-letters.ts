import type { Logger } from "@switchyard/runtime/logger";
import { deadLettersMax } from "./groups/group-constants.ts";

/** Dead letters that gave way to newer ones, as lines of the log. */
export interface DroppedLetters {
  add(count: number): void;
  /** Tells what has not been told. */
  close(): void;
}

const everyMs = 60_000;

/** The first is told at once and those of each minute after it as one sum: a broken group loses one with every task. */
export function tellDroppedLetters(logger: Pick<Logger, "warn">): DroppedLetters {
  let sum = 0;
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    timer = undefined;
    if (sum === 0) return;
    logger.warn(
      { count: sum, bound: deadLettersMax },
      "a group has more dead letters than are kept, the oldest are gone (summed up each minute)",
    );
    sum = 0;
    timer = setTimeout(tell, everyMs).unref();
  }
  return {
    add(count) {
      sum += count;
      if (timer === undefined) tell();
    },
    close() {
      clearTimeout(timer);
      tell();
      clearTimeout(timer);
    },
  };
}
