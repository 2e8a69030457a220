import { setImmediate as nextTurn } from "node:timers/promises";
import { EventSource } from "eventsource";

/**
 * An EventSource that hands out one event per turn of the event loop, as browsers do. The SDK (5.7.4) mixes up two that come
 * within one: what was recovered is told behind what came after it.
 */
export class OneEventPerTurn {
  readonly #source: EventSource;
  #tail = Promise.resolve();
  onopen: (() => void) | undefined;
  onmessage: ((event: { readonly data: unknown }) => void) | undefined;
  onerror: ((event: unknown) => void) | undefined;

  constructor(url: string) {
    this.#source = new EventSource(url);
    this.#source.addEventListener("open", () => this.#later(() => this.onopen?.()));
    this.#source.addEventListener("message", (event) => this.#later(() => this.onmessage?.(event)));
    this.#source.addEventListener("error", (event) => this.#later(() => this.onerror?.(event)));
  }

  close(): void {
    this.#source.close();
    this.onmessage = undefined;
    this.onerror = undefined;
  }

  #later(tell: () => void): void {
    this.#tail = this.#tail.then(() => nextTurn()).then(tell);
  }
}

/**
 * `fetch` whose responses are read a line per turn, for the SDK's way of reading streams, which mixes up lines in the same
 * way, in browsers too. And as in a page a failed request that nobody looks at harms nobody.
 */
export async function fetchLineByLine(url: string, init?: RequestInit): Promise<Response> {
  if (url.endsWith("/emulation")) return fetch(url, init).catch(() => Response.error());
  const { body, status, headers } = await fetch(url, init);
  return new Response(body === null ? null : streamOf(linesOf(body)), { status, headers });
}

function streamOf(parts: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void parts.return(undefined),
  });
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let rest = Buffer.alloc(0);
  for await (const chunk of body) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      yield rest.subarray(0, end + 1);
      rest = rest.subarray(end + 1);
      await nextTurn();
    }
  }
}
