import { createHash } from "node:crypto";
import type { NotificationId } from "@switchyard/inbox/notification-id";
import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { escalateHandler } from "@switchyard/tasks/task";
import type { Delivery, EscalationStep } from "./notify.ts";

/** What a timer knows. What is true of the items it looks up when it fires. */
export interface TimerData {
  readonly notification: NotificationId;
  readonly category: string;
  /** Quiet hours and preferences do not hold for it. */
  readonly isCritical: boolean;
  /** As it was sent, for the handler. */
  readonly item: Delivery["item"];
  readonly escalation: EscalationStep & { readonly step: number };
  readonly users: readonly string[];
}

/** Up to as many users of a delivery as one timer has. */
export type Chunk = Omit<Delivery, "firstChunk"> & { readonly chunk: number };

/**
 * A timer per step for all users of a chunk: one for each user would be as many tasks as there are items.
 *
 * A timer must fire after the items are written, however late that is. So it belongs to a span of half its wait: whoever writes
 * first makes sure of the one of now, and who finds afterwards that the span is over makes sure of the next. Two that do the same
 * do no harm, for what they enqueue has the same keys.
 */
export function timersOf(of: Chunk, nowMs: number): EnqueueRequest[] {
  const { notification, item, escalate, chunk, users } = of;
  return escalate.map((step, index) => {
    const { id, category, critical: isCritical } = notification;
    const escalation = { ...step, step: index };
    const data: TimerData = { notification: id, category, isCritical, item, escalation, users };
    const delayMs = step.afterMs;
    return { ...timer(data, `${id}:${index}:${chunk}:${spanOf(step, nowMs)}`), delayMs };
  });
}

/** Whether the timers of then are too early for what was written until now. */
export function areTimersStale(steps: readonly EscalationStep[], thenMs: number, nowMs: number): boolean {
  return steps.some((step) => spanOf(step, thenMs) !== spanOf(step, nowMs));
}

/** For users whose quiet hours end then. */
export function timerAt(data: TimerData, runAt: number): EnqueueRequest {
  const users = createHash("sha256").update(JSON.stringify(data.users)).digest("base64url");
  return { ...timer(data, `${data.notification}:${data.escalation.step}:${runAt}:${users}`), runAt };
}

function spanOf({ afterMs }: EscalationStep, nowMs: number): number {
  return Math.floor(nowMs / (afterMs / 2));
}

function timer(data: TimerData, key: string) {
  return { handler: escalateHandler, data, idempotencyKey: `escalate:${key}`, attempts: 10 };
}
