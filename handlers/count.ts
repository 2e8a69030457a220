import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "@switchyard/tasks/handler";

const steps = { default: 20, max: 10_000 } as const;
const pauseMs = { default: 150, max: 10_000 } as const;

/** Counts to `to`, with a pause of `pauseMs` before each number, and reports how far it is: for watching a task live. */
const count: Handler<{ to?: unknown; pauseMs?: unknown } | null, { counted: number }> = async (data, context) => {
  const to = wholeNumber("to", data?.to, steps);
  const pause = wholeNumber("pauseMs", data?.pauseMs, pauseMs);
  for (let number = 1; number <= to; number++) {
    // The signal ends the pause at once when the task times out or the worker stops.
    await sleep(pause, undefined, { signal: context.signal });
    context.progress((100 * number) / to, `${number} of ${to}`);
  }
  return { counted: to };
};

export default count;

/** What a producer sent is checked here: nobody else knows what this handler needs. */
function wholeNumber(name: string, value: unknown, bounds: { readonly default: number; readonly max: number }): number {
  if (value === undefined) return bounds.default;
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= bounds.max) return Number(value);
  throw new RangeError(`data.${name} must be a whole number from 0 to ${bounds.max}`);
}
