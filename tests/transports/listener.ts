import { request as ask, type IncomingMessage } from "node:http";

export type Push = Record<string, unknown>;

/** What an EventSource takes from a stream. */
export interface ListenedEvent {
  /** The last id there was, as `event.lastEventId`. */
  readonly id: string;
  readonly push: Push;
}

export interface Listener {
  readonly head: Promise<IncomingMessage>;
  /** All that came and was no stream. */
  readonly body: Promise<string>;
  readonly events: readonly ListenedEvent[];
  readonly pushes: readonly Push[];
  pause(): void;
  resume(): void;
  drop(): void;
  readonly ended: Promise<void>;
}

export interface ListenOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Reads a stream for listeners by hand: events, or lines where it is no stream of events. */
export function listen(url: string, { method = "GET", headers = {}, body }: ListenOptions = {}): Listener {
  const events: ListenedEvent[] = [];
  const head = Promise.withResolvers<IncomingMessage>();
  const whole = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  let down: IncomingMessage | undefined;
  let all = "";
  let rest = "";
  let id = "";
  const request = ask(url, { method, headers, agent: false });
  request.on("response", (response) => {
    down = response;
    head.resolve(response);
    const isEvents = response.headers["content-type"] === "text/event-stream";
    response.setEncoding("utf8").on("data", (text: string) => {
      all += text;
      const parts = (rest + text).split(isEvents ? "\n\n" : "\n");
      rest = parts.pop() ?? "";
      if (response.statusCode !== 200) return;
      for (const part of parts) {
        id = /^id: (.*)$/m.exec(part)?.[1] ?? id;
        const data = isEvents ? part.split("\n").filter((line) => line.startsWith("data: ")) : [`data: ${part}`];
        events.push({ id, push: JSON.parse(data.map((line) => line.slice(6)).join("\n")) as Push });
      }
    });
    response
      .on("error", () => undefined)
      .on("close", () => {
        whole.resolve(all);
        ended.resolve();
      });
  });
  request.on("error", () => ended.resolve());
  request.end(body);
  return {
    head: head.promise,
    body: whole.promise,
    events,
    get pushes() {
      return events.map(({ push }) => push);
    },
    pause: () => void down?.pause(),
    resume: () => void down?.resume(),
    drop: () => request.destroy(),
    ended: ended.promise,
  };
}
