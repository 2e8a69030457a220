import { createHmac } from "node:crypto";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import { webhookGroupPrefix } from "@switchyard/tasks/group-name";
import type { Receiver } from "./event-batch-body.ts";

/** What a task that brings events to a receiver carries. */
export interface EventDelivery {
  readonly receiver: string;
  readonly lane: number;
  /** The batch: the same on each attempt, and when it is sent again by hand. */
  readonly id: string;
  readonly body: string;
  readonly events: number;
  /** That this hub has made it: who can enqueue, and has no secret of the receiver, can have nothing sent to it. */
  readonly seal: string;
}

/** The lane of the queue that belongs to a lane of events. The dot tells it from those of Pusher apps, whose ids have none. */
export function deliveryGroup({ name }: Pick<Receiver, "name">, lane: number): string {
  return `${webhookGroupPrefix}events.${name}:${lane}`;
}

export function sealOf({ secret }: Pick<Receiver, "secret">, id: string, body: string): string {
  return createHmac("sha256", secret).update(`${id}.${body}`).digest("base64url");
}

/** By the secret there is, or the one before. Where there is none nothing is sent to anybody else. */
export function isSealed(receiver: Receiver, { id, body, seal }: Pick<EventDelivery, "id" | "body" | "seal">): boolean {
  const { secret, previous_secret: previous } = receiver;
  if (secret === "") return true;
  return [secret, previous].some((one) => secretsMatch(sealOf({ secret: one }, id, body), seal));
}
