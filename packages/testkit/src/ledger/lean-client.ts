import { openLeanLine, type Carrier, type LeanLine } from "./lean-line.ts";
import { LeanSubscription } from "./lean-subscription.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { Ledger } from "./ledger.ts";
import { ledgerNow } from "./ledger-record.ts";
import type { Reply } from "./lean-reply.ts";

export interface LeanClientOptions {
  readonly id: string;
  /** Of the hub's WebSockets; a function is asked at each attempt. */
  readonly url: string | (() => string);
  /** Default: a WebSocket. */
  readonly carrier?: Carrier;
  readonly token: string;
  readonly channels: readonly string[];
  readonly ledger: Ledger;
  /** Stands between the hub and this client; the mutants of the oracle's own test use it. */
  readonly tamper?: (messages: readonly string[]) => readonly string[];
  /** Default 500 and 20 000, as the SDK's. */
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
}

/** What the SDK grants beyond the ping interval before it takes the line for dead. */
const pingGraceMs = 10_000;

/**
 * A Centrifuge client of a few kilobytes, for thousands of them in a process: connects and subscribes in one frame, keeps
 * positions, recovers, answers pings, backs off with the SDK's full jitter. It does what the SDK does, and nothing to hide
 * a mistake of the hub: no gap is repaired and no duplicate dropped on this side.
 */
export class LeanClient implements LedgerClient {
  readonly id: string;
  readonly channels: readonly string[];
  readonly #options: LeanClientOptions;
  readonly #subscriptions: ReadonlyMap<string, LeanSubscription>;
  #line: LeanLine | undefined;
  #state: "away" | "waiting" | "connecting" | "connected" | "closed" = "away";
  #attempt = 0;
  #commandId = 1;
  #timer: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(options: LeanClientOptions) {
    const { id, channels, ledger } = options;
    this.id = id;
    this.channels = channels;
    this.#options = options;
    const send = (command: object) => this.#send(command);
    const reconnect = () => this.#line?.drop();
    this.#subscriptions = new Map(
      channels.map((channel) => [channel, new LeanSubscription({ client: id, channel, ledger, send, reconnect })]),
    );
  }

  get isReady(): boolean {
    return this.#state === "connected" && this.channels.every((channel) => this.subscription(channel).isSubscribed);
  }

  subscription(channel: string): LeanSubscription {
    const found = this.#subscriptions.get(channel);
    if (found === undefined) throw new Error(`${this.id} has no channel ${channel}`);
    return found;
  }

  position(channel: string) {
    return this.subscription(channel).position;
  }

  comeBack(): void {
    if (this.#state === "away") this.#connect();
  }

  leave(): void {
    this.#state = "away";
    clearTimeout(this.#timer);
    this.#abandon((line) => line.end());
  }

  /** Its network is gone; it comes back as after every loss. */
  cutOff(): void {
    this.#line?.drop();
  }

  close(): void {
    this.#state = "closed";
    clearTimeout(this.#timer);
    this.#abandon((line) => line.drop());
  }

  /** Stops and resumes reading, as a slow client does. */
  pause(): void {
    this.#line?.pause();
    clearTimeout(this.#silence);
  }

  resume(): void {
    this.#line?.resume();
  }

  #connect(): void {
    this.#state = "connecting";
    const { url: place, carrier = "websocket" } = this.#options;
    const url = typeof place === "string" ? place : place();
    const isCurrent = () => this.#line === line;
    const line: LeanLine = openLeanLine(
      { carrier, url, opening: this.#greet() },
      {
        messages: (texts) => isCurrent() && this.#read(texts),
        closed: (code, reason) => isCurrent() && this.#closed(code, reason),
      },
    );
    this.#line = line;
  }

  /** Connects and subscribes in one. */
  #greet(): string {
    const connect = JSON.stringify({ id: 1, connect: { token: this.#options.token, name: "lean" } });
    this.#commandId = 1;
    const wanted = Array.from(this.#subscriptions.values(), (subscription) =>
      JSON.stringify({ id: ++this.#commandId, ...subscription.begin(this.#commandId) }),
    );
    return [connect, ...wanted].join("\n");
  }

  #send(command: object): number {
    this.#commandId += 1;
    this.#line?.send(JSON.stringify({ id: this.#commandId, ...command }));
    return this.#commandId;
  }

  #read(messages: readonly string[]): void {
    for (const text of this.#options.tamper?.(messages) ?? messages) this.#handle(JSON.parse(text) as Reply);
  }

  #handle(reply: Reply): void {
    if (reply.connect !== undefined) return this.#connected(reply.connect.ping ?? 0);
    this.#silence?.refresh();
    if (reply.push !== undefined) {
      const { channel, pub, unsubscribe } = reply.push;
      const subscription = this.#subscriptions.get(channel);
      if (pub !== undefined) subscription?.deliver(pub, false);
      else if (unsubscribe !== undefined) subscription?.unsubscribedByServer(unsubscribe.code);
    } else if (reply.id === undefined) {
      this.#line?.send("{}");
    } else if (reply.id === 1) {
      // Connect was refused; the SDK gives up unless the error is temporary, and its user has to see that.
      if (reply.error?.temporary !== true) this.#state = "closed";
      this.#line?.end();
    } else {
      for (const subscription of this.#subscriptions.values()) subscription.answer(reply);
    }
  }

  #connected(pingSeconds: number): void {
    this.#state = "connected";
    this.#attempt = 0;
    this.#options.ledger.write({ kind: "opened", client: this.id, ts: ledgerNow() });
    clearTimeout(this.#silence);
    if (pingSeconds === 0) return;
    this.#silence = setTimeout(() => this.#line?.drop(), pingSeconds * 1_000 + pingGraceMs);
  }

  /** From here on the line is none of ours, whatever it still says. */
  #abandon(end: (line: LeanLine) => void): void {
    const line = this.#line;
    if (line === undefined) return;
    this.#closed(1000, "by the client");
    this.#line = undefined;
    end(line);
  }

  #closed(code: number, reason: string): void {
    clearTimeout(this.#silence);
    for (const subscription of this.#subscriptions.values()) subscription.suspend();
    this.#options.ledger.write({ kind: "closed", client: this.id, ts: ledgerNow(), code, reason });
    if (this.#state === "away" || this.#state === "closed") return;
    const isTerminal = (code >= 3500 && code < 4000) || (code >= 4500 && code < 5000) || code === 1009;
    if (isTerminal) {
      this.#state = "closed";
      return;
    }
    this.#state = "waiting";
    const { reconnectMinMs = 500, reconnectMaxMs = 20_000 } = this.#options;
    this.#timer = setTimeout(() => this.#connect(), backoffMs(this.#attempt++, reconnectMinMs, reconnectMaxMs));
  }
}

/** The SDK's formula: full jitter on top of the minimum. */
export function backoffMs(attempt: number, minMs: number, maxMs: number): number {
  const range = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 31));
  return Math.min(maxMs, minMs + Math.floor(Math.random() * range));
}
