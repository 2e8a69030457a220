import type { AlertStore } from "@switchyard/broker/alert-store";
import type { Need } from "@switchyard/console/answers";
import type { Logger } from "@switchyard/runtime/logger";
import type { AlertRound } from "./alert-round.ts";
import { type AlertState, readAlertState } from "./alert-state.ts";

export interface AlertWatchParts {
  readonly store: AlertStore;
  readonly round: AlertRound;
  /** What needs somebody now, and when that is by Redis' clock. Rejects when Redis does not answer. */
  readonly judge: () => Promise<{ readonly needs: readonly Need[]; readonly nowMs: number }>;
  /** Of this api, for what it alone sees. */
  readonly name: string;
  readonly logger: Pick<Logger, "debug">;
  /** Two seconds unless said. */
  readonly everyMs?: number;
}

/**
 * Looks again and again at what needs somebody and tells it. Of several apis the one whose turn it is does so, from what is kept in
 * Redis: what is to be sent is kept before it is sent, so an api that dies between sends it again under the same `webhook-id`, or another
 * does, and nothing is left out.
 *
 * That Redis is away cannot be agreed on by way of Redis. Every api that sees it tells so itself, from its memory, once when it begins and
 * once when it is over; one that starts meanwhile does not come up.
 *
 * @returns ends it, and lets another api go on
 */
export function watchAlerts({
  store,
  round,
  judge,
  name,
  logger,
  everyMs = 2_000,
}: AlertWatchParts): () => Promise<void> {
  let ofMemory: AlertState = readAlertState(null);

  /** @returns whether Redis answers */
  async function lookAtHub(): Promise<boolean> {
    const kept = await store.take().catch(() => null);
    if (kept === null) return false;
    if (kept === undefined) return true;
    try {
      const known = readAlertState(kept.text);
      const { needs, nowMs } = await judge();
      const looked = round.look(known, needs, nowMs);
      if (isOther(known, looked) && !(await store.keep(JSON.stringify(looked)))) return true;
      const sent = await round.send(looked, nowMs);
      if (isOther(looked, sent)) await store.keep(JSON.stringify(sent));
    } catch (error) {
      logger.debug({ err: error }, "alerts were not looked at");
    }
    return true;
  }

  async function look(): Promise<void> {
    const isRedisThere = await lookAtHub();
    const needs: Need[] = isRedisThere ? [] : [{ severity: "critical", code: "redis_away", name }];
    const nowMs = Date.now();
    ofMemory = await round.send(round.look(ofMemory, needs, nowMs), nowMs);
  }

  let looking: Promise<void> | undefined;
  const next = () => void (looking ??= look().finally(() => (looking = undefined)));
  const timer = setInterval(next, everyMs).unref();
  next();
  return async () => {
    clearInterval(timer);
    await looking;
    await store.leave().catch(() => undefined);
  };
}

function isOther(a: AlertState, b: AlertState): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}
