import type { AlertStore } from "@switchyard/broker/alert-store";
import type { Need } from "@switchyard/console/answers";
import { isAnswer } from "@switchyard/redis/command-fate";
import type { Logger } from "@switchyard/runtime/logger";
import type { AlertRound } from "./alert-round.ts";
import { readReceiverState, type ReceiverState, untold } from "./alert-state.ts";

export interface AlertWatchParts {
  /** By its name, the one that is told. */
  readonly receiver: string;
  readonly store: AlertStore;
  readonly round: AlertRound;
  /** What needs somebody now, and when that is by Redis' clock. Rejects when Redis does not answer. */
  readonly judge: () => Promise<{ readonly needs: readonly Need[]; readonly nowMs: number }>;
  /** Of this api, for what it alone sees. */
  readonly name: string;
  readonly logger: Pick<Logger, "debug" | "warn">;
  /** Two seconds unless said. */
  readonly everyMs?: number;
}

export interface AlertWatch {
  /** What this api has told the receiver of Redis itself. */
  ofMemory(): ReceiverState;
  /** Lets another api go on. */
  end(): Promise<void>;
}

/**
 * Looks again and again at what needs somebody and tells one receiver. Of several apis the one whose turn it is does so, from what is kept in
 * Redis: what is to be sent is kept before it is sent, and what came of it before the next is, so an api that dies between sends one message
 * again under the same `webhook-id`, or another does, and nothing is left out.
 *
 * That Redis is away or takes no writes cannot be agreed on by way of Redis. Every api that sees it tells so itself, from its memory, once
 * when it begins and once when it is over; one that starts meanwhile does not come up.
 */
export function watchAlerts(parts: AlertWatchParts): AlertWatch {
  const { receiver, store, round, everyMs = 2_000 } = parts;
  let ofMemory = untold;
  let isEnding = false;

  async function tellFromMemory(ailments: readonly Need[]): Promise<boolean> {
    ofMemory = round.look(ofMemory, ailments, Date.now());
    const sent = await round.sendNext(ofMemory, Date.now);
    ofMemory = sent ?? ofMemory;
    return sent !== undefined;
  }

  async function look(): Promise<boolean> {
    let [ailments, hasSent]: [readonly Need[], boolean] = [[], false];
    try {
      hasSent = await tellInTurn(parts);
    } catch (error) {
      ailments = await whatAilsRedis(parts, error);
    }
    return (await tellFromMemory(ailments)) || hasSent;
  }

  /** A look, a message: what waits is sent at once, and what comes meanwhile is seen. */
  async function lookWhileSending(): Promise<void> {
    while ((await look()) && !isEnding);
  }

  let looking: Promise<void> | undefined;
  const next = () => void (looking ??= lookWhileSending().finally(() => (looking = undefined)));
  const timer = setInterval(next, everyMs).unref();
  next();
  return {
    ofMemory: () => ofMemory,
    async end() {
      isEnding = true;
      clearInterval(timer);
      await looking;
      await store.leave(receiver).catch(() => undefined);
    },
  };
}

/**
 * @returns whether a message was sent, so that there may be another
 * @throws when Redis does not say whose turn it is
 */
async function tellInTurn(parts: AlertWatchParts): Promise<boolean> {
  const { receiver, store, round, judge, logger } = parts;
  const kept = await store.take(receiver);
  if (kept === undefined) return false;
  try {
    const known = readReceiverState(kept.text);
    const { needs, nowMs } = await judge();
    const lookedAt = performance.now();
    // What Redis refuses is told from memory, and where it has just kept this turn that is over.
    const looked = round.look(known, needs.filter(isOfHub), nowMs);
    if (isOther(known, looked) && !(await keep(parts, looked))) return false;
    const sent = await round.sendNext(looked, () => nowMs + Math.round(performance.now() - lookedAt));
    return sent !== undefined && (await keep(parts, sent));
  } catch (error) {
    logger.debug({ err: error, receiver }, "alerts were not looked at");
    return false;
  }
}

async function keep({ receiver, store, logger }: AlertWatchParts, state: ReceiverState): Promise<boolean> {
  const isMine = await store.keep(receiver, JSON.stringify(state));
  if (!isMine) logger.warn({ receiver }, "a look at alerts took longer than the turn, which another api has now");
  return isMine;
}

/** Where it cannot be asked whose turn it is. */
async function whatAilsRedis({ judge, name }: AlertWatchParts, error: unknown): Promise<readonly Need[]> {
  const judged = await judge().catch(() => undefined);
  const refuses = judged?.needs.filter((need) => !isOfHub(need)) ?? [];
  const isAway = judged === undefined || (refuses.length === 0 && !isAnswer((error as Error).cause));
  return isAway ? [{ severity: "critical", code: "redis_away", name }] : refuses;
}

function isOfHub({ code }: Need): boolean {
  return code !== "redis_refuses";
}

function isOther(a: ReceiverState, b: ReceiverState): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}
