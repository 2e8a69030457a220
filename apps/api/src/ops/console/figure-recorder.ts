import { type FigureRow, figuresEveryMs, type FigureStore } from "@switchyard/broker/figure-store";
import type { Logger } from "@switchyard/runtime/logger";
import type { HubSnapshot, HubWatch } from "./hub-watch.ts";

export interface FigureRecorderParts {
  readonly hub: Pick<HubWatch, "now">;
  readonly store: Pick<FigureStore, "keep">;
  readonly logger: Logger;
}

/**
 * Keeps the hub's figures for a day, one row each 10 s, from the look that the api takes anyway. While Redis is away there is nothing to
 * keep, and a gap says so. Returns what stops it.
 */
export function recordFigures({ hub, store, logger }: FigureRecorderParts): () => void {
  async function record(): Promise<void> {
    try {
      await store.keep(figuresOf(await hub.now()));
    } catch (error) {
      logger.debug({ err: error }, "figures of the hub were not kept");
    }
  }
  void record();
  const timer = setInterval(() => void record(), figuresEveryMs).unref();
  return () => clearInterval(timer);
}

/** Sums over the processes that are there; of users over gateways, so one who is on two counts twice. */
function figuresOf({ backlog, processes }: Pick<HubSnapshot, "backlog" | "processes">): FigureRow {
  const alive = processes.filter(({ state }) => state !== "gone");
  const gateways = alive.flatMap(({ gateway }) => gateway ?? []);
  const workers = alive.flatMap(({ worker }) => worker ?? []);
  const sumOf = <T>(list: readonly T[], figure: (one: T) => number) =>
    list.reduce((total, one) => total + figure(one), 0);
  const { runnable, oldestRunnableAgeMs, inPerSecond, outPerSecond, counts } = backlog;
  return {
    clients: sumOf(gateways, ({ clients }) => clients),
    users: sumOf(gateways, ({ users }) => users),
    subscriptions: sumOf(gateways, ({ subscriptions }) => subscriptions),
    channels: sumOf(gateways, ({ channels }) => channels),
    gateways: gateways.length,
    apis: alive.filter(({ kind }) => kind === "api").length,
    workers: workers.length,
    slots: sumOf(workers, ({ slots }) => slots),
    busy: sumOf(workers, ({ busy }) => busy),
    ...counts,
    runnable,
    oldestRunnableMs: oldestRunnableAgeMs,
    inPerSecond,
    outPerSecond,
  };
}
