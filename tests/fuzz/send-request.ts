import { Agent, request } from "node:http";

export interface StrangeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string | undefined;
}

export interface StrangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of it. */
  readonly text: string;
}

const answerMs = 30_000;
const keptCharacters = 2_000;

/** Requests of one attacker, one after the other over a connection that is kept. */
export class RequestLine {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** What the server answered, or the code of what ended the connection; `no answer` is a fault of the server's. */
  send({ method, path, headers, body }: StrangeRequest): Promise<StrangeAnswer | string> {
    return new Promise((resolve) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: this.#port,
          agent: this.#agent,
          method,
          path,
          headers: { ...headers, ...sizeOf(body) },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => {
            if (text.length < keptCharacters) text += chunk.toString("latin1");
          });
          response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
          response.once("error", () => resolve("broken off"));
        },
      );
      sent.setTimeout(answerMs, () => {
        resolve("no answer");
        sent.destroy();
      });
      sent.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function sizeOf(body: Buffer | string | undefined): Record<string, string> {
  return body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
}
