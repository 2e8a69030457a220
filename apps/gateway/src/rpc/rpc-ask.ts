import type { Payload } from "@switchyard/protocol/payload";
import type { Caller } from "@switchyard/tasks/handler";
import type { Turn } from "../decisions/hook.ts";
import type { Client } from "../session/client.ts";
import { refuse, type Refusal } from "../session/refusal.ts";

/** What a client calls, whatever wire it speaks. */
export interface RpcAsk {
  readonly method: string;
  /** JSON text, or bytes that are none; undefined: the client has sent nothing. */
  readonly payload: Payload | undefined;
  /** Undefined: it has waited for nothing. */
  readonly turn?: Turn | undefined;
}

/** `payload` is undefined where there is nothing to say. */
export interface RpcAnswer {
  readonly kind: "answer";
  readonly payload: Payload | undefined;
}

/** Who asks, in the words of handlers: all of it is the hub's own knowledge, but for the method's name. */
export function callerOf(client: Pick<Client, "id" | "user" | "origin" | "credentials">, { method }: RpcAsk): Caller {
  const { transport } = client.origin.facts;
  const { meta } = client.credentials;
  return { client: client.id, user: client.user, method, transport, ...(meta !== undefined && { meta }) };
}

/** The data of a call for who reads JSON alone; nothing is `null` there. */
export function jsonOfAsk({ payload }: RpcAsk): { readonly dataJson: string } | Refusal {
  if (payload === undefined) return { dataJson: "null" };
  return typeof payload === "string" ? { dataJson: payload } : refuse("badRequest", "data: must be JSON in UTF-8");
}
