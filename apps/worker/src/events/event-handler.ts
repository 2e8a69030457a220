import type { EventOutbox } from "@switchyard/broker/event-outbox";
import { createOutbound } from "@switchyard/outbound/create-outbound";
import type { Outbound } from "@switchyard/outbound/outbound";
import type { Attempt, Outcome, RunAttempt } from "@switchyard/tasks/task-worker";
import { errorText } from "@switchyard/runtime/error-text";
import { laneFailure } from "../handlers/describe-reply.ts";
import type { EventMetrics } from "./event-metrics.ts";
import type { Receiver } from "./event-batch-body.ts";
import { type EventDelivery, isSealed } from "./event-delivery.ts";
import type { GoneReceivers } from "./gone-receivers.ts";

/** 410: not here any more, and nobody need ask again. */
const goneStatus = 410;

/** Nothing is wrong with the task, and nobody has its events. */
const discarded: Outcome = { kind: "succeeded", result: { status: goneStatus } };

export interface EventHandlerOptions {
  readonly receivers: readonly Receiver[];
  readonly outbox: Pick<EventOutbox, "lose">;
  readonly gone: Pick<GoneReceivers, "has" | "add">;
  /** Runs a handler of the catalog. */
  readonly run: RunAttempt;
  readonly metrics: EventMetrics;
}

/**
 * Brings a batch of events to its receiver: POSTs it, signed as Standard Webhooks has it by the secret there is and the one before, or has a
 * handler of the catalog run with it. What cannot be brought there before the attempts are used up is counted, and the receiver is told the
 * number with the next batch. So is what waited for one that says it is gone, which makes no failed tasks: nobody has to look at them.
 */
export function createEventHandler({ receivers, outbox, gone, run, metrics }: EventHandlerOptions): RunAttempt {
  const byName = new Map(receivers.map((receiver) => [receiver.name, { receiver, outbound: outboundTo(receiver) }]));

  async function bring(attempt: Attempt, delivery: EventDelivery): Promise<Outcome> {
    const found = byName.get(delivery.receiver);
    if (found === undefined) return unknownHere("no receiver of the settings has its name");
    const { receiver, outbound } = found;
    if (!isSealed(receiver, delivery)) return unknownHere("its data is not sealed with the receiver's secret");
    if (outbound === undefined) return run(asTaskOf(receiver.handler, attempt, delivery.body));
    if (gone.has(receiver.name)) return discard(delivery);
    const { id: messageId, body } = delivery;
    const request = { url: new URL(receiver.url), urlFrom: "operator", body, messageId } as const;
    const reply = await outbound.post({ ...request, signal: attempt.signal, replyMaxBytes: 0 }).catch(errorText);
    if (typeof reply === "string") return unreachable(receiver, reply);
    if (reply.status === goneStatus) {
      // Redis may not answer just now; then the next batch asks once more.
      await gone.add(receiver.name).catch(() => undefined);
      return discard(delivery);
    }
    return laneFailure(reply, whose(receiver)) ?? { kind: "succeeded", result: { status: reply.status } };
  }

  function count({ receiver, events }: EventDelivery, outcome: Outcome): void {
    if (outcome.kind === "failed") metrics.failed.inc({ receiver });
    else if (outcome !== discarded) metrics.delivered.inc({ receiver }, events);
  }

  async function discard(delivery: EventDelivery): Promise<Outcome> {
    await lose(delivery);
    return discarded;
  }

  async function lose({ receiver, lane, events }: EventDelivery): Promise<void> {
    metrics.lost.inc({ receiver }, events);
    // Best effort: the receiver sees a hole in what it is told of a key, if Redis cannot be told now.
    await outbox.lose(lane, receiver, events).catch(() => undefined);
  }

  return async (attempt) => {
    const delivery = readDelivery(attempt.task.data);
    if (delivery === undefined) return { ...unknownHere("its data is no batch of events"), final: true };
    const isLast = attempt.number >= attempt.task.attempts;
    try {
      const outcome = await bring(attempt, delivery);
      count(delivery, outcome);
      if (outcome.kind === "failed" && (outcome.final || isLast)) await lose(delivery);
      return outcome;
    } catch (error) {
      if (isLast) await lose(delivery);
      throw error;
    }
  };
}

/** Its URL is the operator's, so nothing is asked of where it leads. Undefined: it is a handler. */
function outboundTo({ url, secret, previous_secret: previous }: Receiver): Outbound | undefined {
  if (url === "") return undefined;
  const secrets = [secret, previous].filter((text) => text !== "");
  return createOutbound({ secrets, allowedHosts: [], allowedPorts: [] });
}

function asTaskOf(handler: string, attempt: Attempt, body: string): Attempt {
  return { ...attempt, dataJson: body, task: { ...attempt.task, handler, data: JSON.parse(body) as unknown } };
}

/** While new settings are rolled out another worker may have what this one lacks. */
function unknownHere(message: string): Outcome & { readonly kind: "failed" } {
  return { kind: "failed", code: "handler_failed", message, final: false };
}

function unreachable(receiver: Receiver, message: string): Outcome {
  return { kind: "failed", code: "handler_failed", message, final: false, detail: whose(receiver) };
}

/** For the log, where the handler is that of all receivers; a path or a query may hold what is secret. */
function whose({ name, url }: Receiver) {
  return { receiver: name, host: new URL(url).host };
}

function readDelivery(data: unknown): EventDelivery | undefined {
  const { receiver, lane, id, body, events, seal } = (data ?? {}) as Partial<Record<keyof EventDelivery, unknown>>;
  const texts = [receiver, id, body, seal].every((text) => typeof text === "string");
  const isWhole = texts && Number.isInteger(lane) && Number.isInteger(events);
  return isWhole ? (data as EventDelivery) : undefined;
}
