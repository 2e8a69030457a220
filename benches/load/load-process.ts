import { setTimeout as wait } from "node:timers/promises";
import { serveCalls } from "../process/serve-calls.ts";
import { dialects, type DialectName } from "./dialect.ts";
import { Subscriber } from "./subscriber.ts";
import { Tally, type TallyReading } from "./tally.ts";

/** What the client process has seen: deliveries since the last reset, connections lost since the last restore. */
export interface LoadReading extends TallyReading {
  /** Connections the server ended, by close code. */
  readonly closed: Readonly<Record<string, number>>;
}

interface ConnectOptions {
  readonly count: number;
  readonly port: number;
  readonly channel: string;
  /** Each client gets a channel of its own: `channel` and a number. */
  readonly ownChannels?: boolean;
  readonly dialect: DialectName;
  /** Default: who is closed comes back, as with the SDKs. */
  readonly comesBack?: boolean;
}

type SubscribeOptions = Omit<ConnectOptions, "count" | "ownChannels">;

const tally = new Tally();
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);
const closed = new Map<number, number>();
let clients = 0;
const subscribers = new Set<Subscriber>();
const reconnecting = new Set<Promise<void>>();

const loadCalls = {
  /** Resolves when all of them are subscribed. A hundred at a time: a connect storm is another bench. */
  async connect({ count, ownChannels = false, ...options }: ConnectOptions): Promise<void> {
    const connectNext = (): Promise<void> => {
      clients += 1;
      return subscribe(ownChannels ? { ...options, channel: `${options.channel}-${clients}` } : options);
    };
    for (let missing = count; missing > 0; missing -= 100) {
      await Promise.all(Array.from({ length: Math.min(100, missing) }, connectNext));
    }
  },
  /** Everybody stops reading, and their sockets fill up. */
  stopReading(): void {
    for (const subscriber of subscribers) subscriber.stopReading();
  },
  readAgain(): void {
    for (const subscriber of subscribers) subscriber.readAgain();
  },
  reset(options: { sampleEvery: number }): void {
    tally.reset(options.sampleEvery);
  },
  read(): LoadReading {
    return { ...tally.read(), closed: Object.fromEntries(closed) };
  },
  /** Resolves when everybody the server closed is back, and forgets the closings. @throws after 20 s, naming them. */
  async restore(): Promise<void> {
    for (const deadlineMs = performance.now() + 20_000; reconnecting.size > 0; await wait(20)) {
      if (performance.now() > deadlineMs) throw new Error(`${reconnecting.size} clients cannot come back`);
    }
    closed.clear();
  },
};
export type LoadCalls = typeof loadCalls;

serveCalls(loadCalls);

function subscribe(options: SubscribeOptions): Promise<void> {
  const onClosed = (code: number) => {
    closed.set(code, (closed.get(code) ?? 0) + 1);
    subscribers.delete(subscriber);
    if (options.comesBack === false) return;
    const returning = returnLater(options);
    reconnecting.add(returning);
    void returning.finally(() => reconnecting.delete(returning));
  };
  const { dialect, ...rest } = options;
  const subscriber = new Subscriber({ ...rest, tally, readBuffer, onClosed, dialect: dialects[dialect] });
  subscribers.add(subscriber);
  return subscriber.subscribed;
}

/** As the SDKs do it: a random moment within the first half second, so that a thousand do not come back at once. */
async function returnLater(options: SubscribeOptions): Promise<void> {
  await wait(Math.random() * 500);
  await subscribe(options).catch(() => undefined);
}
