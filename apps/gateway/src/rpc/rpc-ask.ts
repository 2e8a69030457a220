import type { Caller } from "@switchyard/tasks/handler";
import type { Client } from "../session/client.ts";

/** What a client calls, whatever wire it speaks. */
export interface RpcAsk {
  readonly method: string;
  /** JSON; what a client that sends nothing sends is `null`. */
  readonly dataJson: string;
  /** What carries the client's words, as handlers are told it. */
  readonly transport?: string;
}

/** Who asks, in the words of handlers: all of it is the hub's own knowledge, but for the method's name. */
export function callerOf(client: Pick<Client, "id" | "user">, { method, transport }: RpcAsk): Caller {
  return { client: client.id, user: client.user, method, ...(transport !== undefined && { transport }) };
}
