import { randomUUID } from "node:crypto";
import type { Need, Severity } from "@switchyard/console/answers";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { AlertReceiver } from "../../alerts/alert-desk.ts";
import { advanceRules, type RuleChange } from "./advance-rules.ts";
import { alertBody, alertTitle } from "./alert-body.ts";
import type { SendAlert } from "./alert-sender.ts";
import type { ReceiverState, WaitingAlert } from "./alert-state.ts";

export interface AlertRoundParts {
  readonly receiver: AlertReceiver;
  readonly publicUrl: string;
  readonly send: SendAlert;
  /** How what was to be told has ended: `sent`, `failed` for good, or `lost` because too much waited. */
  readonly onEnd: (result: "sent" | "failed" | "lost") => void;
}

/** For one receiver: one look, and one message of those that wait; both give the state that comes of it. */
export interface AlertRound {
  look(state: ReceiverState, needs: readonly Need[], nowMs: number): ReceiverState;
  /** Undefined: nothing is due. What comes of it is to be kept before the next, or that is all sent again. */
  sendNext(state: ReceiverState, now: () => number): Promise<ReceiverState | undefined>;
}

const urgency: readonly Severity[] = ["notice", "warning", "critical"];
/** What waits for a receiver that does not answer; the oldest gives way. */
const waitingMax = 50;
/** Between the end of an attempt and the next; the last counts for all that follow. Some forty minutes in all. */
const backoffMs = [5_000, 15_000, 60_000, 300_000];
const attemptsMax = 12;
/** A receiver that wants to be left alone for longer is asked before that. */
const longestPauseMs = 300_000;

export function createAlertRound({ receiver, publicUrl, send, onEnd }: AlertRoundParts): AlertRound {
  return {
    look(known, needs, nowMs) {
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
      for (const _ of waiting.slice(waitingMax)) onEnd("lost");
      return { ...known, rules, waiting: waiting.slice(-waitingMax) };
    },
    async sendNext(state, now) {
      const [head, ...behind] = state.waiting;
      if (head === undefined || head.notBeforeMs > now()) return undefined;
      const outcome = await send(receiver, head);
      if (outcome.isDelivered) {
        onEnd("sent");
        return { ...state, waiting: behind, failure: null };
      }
      const failed = { ...state, failure: outcome.reason };
      if (head.attempts + 1 >= attemptsMax) {
        onEnd("failed");
        return { ...failed, waiting: behind };
      }
      const pauseMs = Math.min(outcome.retryAfterMs ?? 0, longestPauseMs);
      const notBeforeMs = now() + Math.max(pauseMs, backoffMs[Math.min(head.attempts, backoffMs.length - 1)] ?? 0);
      return { ...failed, waiting: [{ ...head, attempts: head.attempts + 1, notBeforeMs }, ...behind] };
    },
  };
}

function headOf({ rule, change }: RuleChange) {
  return { id: `alert_${randomUUID()}`, rule, change };
}
