import { randomUUID } from "node:crypto";
import type { Need, Severity } from "@switchyard/console/answers";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { AlertReceiver } from "../../alerts/alert-desk.ts";
import { advanceRules, type RuleChange } from "./advance-rules.ts";
import { alertBody, alertTitle } from "./alert-body.ts";
import type { SendAlert } from "./alert-sender.ts";
import { type AlertState, type ReceiverState, untold, type WaitingAlert } from "./alert-state.ts";

export interface AlertRoundParts {
  readonly receivers: readonly AlertReceiver[];
  readonly publicUrl: string;
  readonly send: SendAlert;
  /** How what was to be told has ended: `sent`, `failed` for good, or `lost` because too much waited. */
  readonly onEnd: (receiver: string, result: "sent" | "failed" | "lost") => void;
}

/** One look, and one attempt to send what waits; both give the state that comes of it. */
export interface AlertRound {
  look(state: AlertState, needs: readonly Need[], nowMs: number): AlertState;
  send(state: AlertState, nowMs: number): Promise<AlertState>;
}

const urgency: readonly Severity[] = ["notice", "warning", "critical"];
/** What waits for a receiver that does not answer; the oldest gives way. */
const waitingMax = 50;
/** Sent to one receiver in one round, so that a round ends. */
const sentMax = 5;
/** Between attempts; the last counts for all that follow. Some forty minutes in all. */
const backoffMs = [5_000, 15_000, 60_000, 300_000];
const attemptsMax = 12;
/** A receiver that wants to be left alone for longer is asked before that. */
const longestPauseMs = 300_000;

export function createAlertRound({ receivers, publicUrl, send, onEnd }: AlertRoundParts): AlertRound {
  function lookFor(receiver: AlertReceiver, known: ReceiverState, { needs, nowMs }: LookParts): ReceiverState {
    const wanted = needs.filter(({ code }) => receiver.rules.some((rule) => rule === "*" || rule === code));
    const urgent = wanted.filter(({ severity }) => urgency.indexOf(severity) >= urgency.indexOf(receiver.severity));
    const { rules, changes } = advanceRules(known.rules, {
      needs: urgent,
      nowMs,
      holdMs: parseDurationMs(receiver.hold),
      repeatMs: parseDurationMs(receiver.repeat),
      titleOf: (need) => alertTitle(need, receiver.language),
    });
    const news = changes.map((change): WaitingAlert => {
      const isLeft = wanted.some(({ code }) => code === change.rule);
      const body = alertBody(change, { receiver, publicUrl, nowMs, isLeft });
      return { ...headOf(change), body, attempts: 0, notBeforeMs: nowMs };
    });
    const waiting = [...known.waiting, ...news];
    for (const _ of waiting.slice(waitingMax)) onEnd(receiver.name, "lost");
    return { ...known, rules, waiting: waiting.slice(-waitingMax) };
  }

  async function sendTo(receiver: AlertReceiver, known: ReceiverState, nowMs: number): Promise<ReceiverState> {
    let state = known;
    for (let sent = 0; sent < sentMax; sent += 1) {
      const [head, ...behind] = state.waiting;
      if (head === undefined || head.notBeforeMs > nowMs) return state;
      const outcome = await send(receiver, head);
      if (outcome.isDelivered) {
        onEnd(receiver.name, "sent");
        state = { ...state, waiting: behind, failure: null };
      } else if (head.attempts + 1 >= attemptsMax) {
        onEnd(receiver.name, "failed");
        return { ...state, waiting: behind, failure: outcome.reason };
      } else {
        const pauseMs = Math.min(outcome.retryAfterMs ?? 0, longestPauseMs);
        const notBeforeMs = nowMs + Math.max(pauseMs, backoffMs[Math.min(head.attempts, backoffMs.length - 1)] ?? 0);
        const again = { ...head, attempts: head.attempts + 1, notBeforeMs };
        return { ...state, waiting: [again, ...behind], failure: outcome.reason };
      }
    }
    return state;
  }

  const stateOf = (state: AlertState, { name }: AlertReceiver) => state.receivers[name] ?? untold;
  return {
    look(state, needs, nowMs) {
      const next = receivers.map((one) => [one.name, lookFor(one, stateOf(state, one), { needs, nowMs })] as const);
      return { ...state, receivers: Object.fromEntries(next) };
    },
    async send(state, nowMs) {
      const next = receivers.map(async (one) => [one.name, await sendTo(one, stateOf(state, one), nowMs)] as const);
      return { ...state, receivers: Object.fromEntries(await Promise.all(next)) };
    },
  };
}

interface LookParts {
  readonly needs: readonly Need[];
  readonly nowMs: number;
}

function headOf({ rule, change }: RuleChange) {
  return { id: `alert_${randomUUID()}`, rule, change };
}
