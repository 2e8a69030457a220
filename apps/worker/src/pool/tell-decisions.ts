import type { Logger } from "@switchyard/runtime/logger";
import type { PoolMetrics } from "./pool-metrics.ts";
import type { Decision, HoldReason, Reason } from "./pool-rule.ts";
import type { PoolSample } from "./pool-sample.ts";

export interface TellDecisionsOptions {
  readonly logger: Pick<Logger, "info">;
  readonly metrics: Pick<PoolMetrics, "decisions">;
  /** Nothing is done; the words say so. */
  readonly isDryRun: boolean;
}

/** One for which nothing is done is told once in so long. */
const againMs = 60_000;

const isHold: { readonly [reason in Reason]: boolean } = {
  backlog: false,
  age: false,
  idle: false,
  steady: false,
  quiet: false,
  at_max: true,
  memory: true,
  cores: true,
  no_gain: true,
  failing: true,
  crashing: true,
  no_signal: true,
} satisfies Record<HoldReason, true> & Record<Exclude<Reason, HoldReason>, false>;

/** A line of log and a count for every decision: a number that changes, or one that does not though more would be needed. */
export function tellDecisions({ logger, metrics, isDryRun }: TellDecisionsOptions) {
  const toldMs = new Map<Reason, number>();
  return (decision: Decision, sample: PoolSample): void => {
    const { processes: to, need, reason } = decision;
    const { processes: from, atMs, backlog, work } = sample;
    const { oldestAgeMs } = backlog ?? {};
    // Shares of what waits are no whole numbers.
    const [runnable, retrying] = [backlog?.runnable, backlog?.retrying].map((tasks) => tasks && Math.round(tasks));
    const isChange = to !== from;
    if (!isChange && (!isHold[reason] || atMs - (toldMs.get(reason) ?? -Infinity) < againMs)) return;
    if (!isChange) toldMs.set(reason, atMs);
    metrics.decisions.inc({ reason });
    const verb = to > from ? "grow" : to < from ? "shrink" : "stay";
    const does = to > from ? "grows" : to < from ? "shrinks" : "stays";
    logger.info(
      { from, to, reason, need, runnable, retrying, oldestAgeMs, busy: Math.round(work.busy * 10) / 10 },
      isDryRun ? `pool would ${verb}` : `pool ${does}`,
    );
  };
}
