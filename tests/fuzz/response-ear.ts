import { request as ask } from "node:http";
import type { Ear } from "./heard-in-time.ts";
import type { StrangeRequest } from "./send-request.ts";

/** A response that may never end, and what has come of it. */
export interface ResponseEar extends Ear {
  readonly status: number;
  /** The end of it, byte by byte as latin1. */
  readonly received: string;
  readonly hasEnded: boolean;
  drop(): void;
}

const answerMs = 30_000;
const keptCharacters = 16_384;

/** Sends a request over a connection of its own. @returns the code of what ended that when no answer came; `no answer` is a fault */
export function openResponse(
  port: number,
  { method, path, headers, body }: StrangeRequest,
): Promise<ResponseEar | string> {
  return new Promise((resolve) => {
    const size = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const own = { host: "127.0.0.1", port, agent: false, method, path, headers: { ...headers, ...size } };
    const sent = ask(own, (response) => {
      sent.setTimeout(0);
      let received = "";
      let hasEnded = false;
      let check = () => undefined as void;
      const ended = new Promise<void>((done) => response.once("close", done)).then(() => void (hasEnded = true));
      response.on("error", () => undefined);
      response.on("data", (chunk: Buffer) => {
        received = (received + chunk.toString("latin1")).slice(-keptCharacters);
        check();
      });
      resolve({
        status: response.statusCode ?? 0,
        get received() {
          return received;
        },
        get hasEnded() {
          return hasEnded;
        },
        async heard(matches) {
          const heard = Promise.withResolvers<boolean>();
          check = () => {
            if (matches(received)) heard.resolve(true);
          };
          check();
          return Promise.race([heard.promise, ended.then(() => matches(received))]);
        },
        drop: () => void sent.destroy(),
      });
    });
    sent.setTimeout(answerMs, () => {
      resolve("no answer");
      sent.destroy();
    });
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}
