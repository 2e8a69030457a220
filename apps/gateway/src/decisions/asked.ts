import { setMaxListeners } from "node:events";
import type { IncomingMessage } from "node:http";
import { pickHeaders, type Headers } from "@switchyard/decisions/handed-on-headers";
import type { Hooks } from "./hooks.ts";

/** What is kept of questions about one connection. Made for the first, so a connection about which nothing is asked has none. */
export class Asked {
  /** Of the client's own HTTP request, kept for the life of the connection. */
  transportHeaders: Headers | undefined;
  /** Of the connect command, as its client wrote them: the names that some hook hands on. */
  emulatedHeaders: Headers | undefined;
  /** Times in a row that its end was put off because there was no answer. */
  graces = 0;
  readonly #controller = new AbortController();
  #questions = 0;

  constructor() {
    // One listener for each question under way.
    setMaxListeners(0, this.#controller.signal);
  }

  /** The session's, which hands it out as `gone`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Another number for each question. */
  next(): number {
    return ++this.#questions;
  }

  end(): void {
    this.#controller.abort();
  }
}

/** What of a client's own request is kept for the life of its connection, because some hook hands it on. Undefined: nothing. */
export function keptHeaders(
  { headers }: Pick<IncomingMessage, "headers">,
  hooks: Pick<Hooks, "transportHeaders"> | undefined,
): Headers | undefined {
  if (hooks === undefined || hooks.transportHeaders.length === 0) return undefined;
  return pickHeaders(headers, hooks.transportHeaders);
}
