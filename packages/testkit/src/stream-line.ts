import { request as ask, type IncomingMessage } from "node:http";

/** A line to the hub whose way down is an HTTP response, and whose way up is requests beside it. */
export interface StreamLine {
  /** Commands, each on a line. Frames go up one after the other, each over a TCP connection of its own; a pong waits for none. */
  send(frame: string): void;
  /** Stops and resumes reading, as a slow client does. */
  pause(): void;
  resume(): void;
  /** Drops the connection. */
  drop(): void;
}

export type StreamKind = "http_stream" | "sse";

export interface StreamLineOptions {
  readonly kind: StreamKind;
  /** `http://127.0.0.1:8001`: of a gateway, or of what stands before several. */
  readonly origin: string;
  /** Where frames go up, if elsewhere. */
  readonly uplinkOrigin?: () => string;
  /** The first frame. */
  readonly opening: string;
  /** Asks for a stream of events by POST; default: as an EventSource does. */
  readonly posts?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StreamLineEvents {
  opened?(response: IncomingMessage): void;
  /** One message, as text. */
  message(text: string): void;
  /** The code and reason the hub gave; 1006 when it gave none. */
  closed(code: number, reason: string): void;
  /** An answer to a frame that is not 204. */
  refused?(status: number, body: string): void;
}

export function openStreamLine(options: StreamLineOptions, events: StreamLineEvents): StreamLine {
  const { kind, origin, opening, headers } = options;
  const isGet = kind === "sse" && options.posts !== true;
  const query = isGet ? `?cf_connect=${encodeURIComponent(opening)}` : "";
  const uplinks = createUplinks(options, events);
  let end = { code: 1006, reason: "" };
  const read = (text: string) => {
    const { connect, push } = JSON.parse(text) as Notable;
    if (connect !== undefined) uplinks.address = connect;
    if (push?.disconnect !== undefined) end = push.disconnect;
    else events.message(text);
  };
  let isClosed = false;
  const closed = () => {
    if (isClosed) return;
    isClosed = true;
    events.closed(end.code, end.reason);
  };
  let down: IncomingMessage | undefined;
  const request = ask(`${origin}/connection/${kind}${query}`, {
    method: isGet ? "GET" : "POST",
    headers: { ...(isGet ? {} : { "content-type": "application/json" }), ...headers },
    agent: false,
  });
  request.on("response", (response) => {
    down = response;
    events.opened?.(response);
    response.on("error", () => undefined).on("close", closed);
    if (response.statusCode !== 200) return void response.resume();
    const split = createSplitter(kind === "sse" ? "\n\n" : "\n", (message) => read(message.replace(/^data: /, "")));
    response.setEncoding("utf8").on("data", split);
  });
  request.on("error", closed);
  request.end(isGet ? undefined : opening);
  return {
    send: (frame) => uplinks.send(frame),
    pause: () => void down?.pause(),
    resume: () => void down?.resume(),
    drop: () => request.destroy(),
  };
}

interface Notable {
  readonly connect?: Address;
  readonly push?: { readonly disconnect?: { readonly code: number; readonly reason: string } };
}

interface Address {
  readonly session: string;
  readonly node: string;
}

function createSplitter(separator: string, onPart: (part: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const parts = (rest + text).split(separator);
    rest = parts.pop() ?? "";
    for (const part of parts) onPart(part);
  };
}

function createUplinks(
  { origin, uplinkOrigin = () => origin, headers }: StreamLineOptions,
  { refused }: Pick<StreamLineEvents, "refused">,
) {
  const waiting: string[] = [];
  let isSending = false;
  let address: Address | undefined;
  const post = async ({ session, node }: Address, data: string): Promise<void> => {
    const answer = await postUplink(uplinkOrigin(), JSON.stringify({ session, node, data }), headers);
    if (answer.status !== 204) refused?.(answer.status, answer.body);
  };
  const work = async (): Promise<void> => {
    if (isSending || address === undefined) return;
    isSending = true;
    for (let data = waiting.shift(); data !== undefined; data = waiting.shift()) await post(address, data);
    isSending = false;
  };
  return {
    set address(told: Address) {
      address = told;
      void work();
    },
    send(frame: string) {
      if (frame === "{}" && address !== undefined) return void post(address, frame);
      waiting.push(frame);
      void work();
    },
  };
}

/** Status 0: no answer has come. */
export function postUplink(
  origin: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const request = ask(`${origin}/emulation`, {
      method: "POST",
      agent: false,
      headers: { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers },
    });
    request.on("error", (error) => resolve({ status: 0, body: String(error) }));
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("close", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.end(body);
  });
}
