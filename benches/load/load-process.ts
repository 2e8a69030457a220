import { serveCalls } from "../process/serve-calls.ts";
import { dialects, type DialectName } from "./dialect.ts";
import { Subscriber, type SubscriberShared } from "./subscriber.ts";
import { Tally, type TallyReading } from "./tally.ts";

/** What the client process has seen: deliveries since the last reset, connections lost since they were opened. */
export interface LoadReading extends TallyReading {
  /** Connections the server ended, by close code. */
  readonly closed: Readonly<Record<string, number>>;
}

const tally = new Tally();
const closed = new Map<number, number>();
const shared: SubscriberShared = {
  tally,
  readBuffer: Buffer.allocUnsafeSlow(256 * 1024),
  onClosed: (code) => closed.set(code, (closed.get(code) ?? 0) + 1),
};
const subscribers: Subscriber[] = [];

const loadCalls = {
  /** Resolves when all of them are subscribed. A hundred at a time: a connect storm is another bench. */
  async connect(options: { count: number; port: number; channel: string; dialect: DialectName }): Promise<void> {
    for (let missing = options.count; missing > 0; missing -= 100) {
      const batch = Array.from({ length: Math.min(100, missing) }, () => {
        return new Subscriber(shared, { ...options, dialect: dialects[options.dialect] });
      });
      subscribers.push(...batch);
      await Promise.all(batch.map((subscriber) => subscriber.subscribed));
    }
  },
  reset(options: { sampleEvery: number }): void {
    tally.reset(options.sampleEvery);
  },
  read(): LoadReading {
    return { ...tally.read(), closed: Object.fromEntries(closed) };
  },
  disconnectAll(): void {
    for (const subscriber of subscribers.splice(0)) subscriber.close();
    closed.clear();
  },
};
export type LoadCalls = typeof loadCalls;

serveCalls(loadCalls);
