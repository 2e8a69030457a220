import { Subscriber } from "../load/subscriber.ts";
import { dialects } from "../load/dialect.ts";
import { Tally } from "../load/tally.ts";
import { serveCalls } from "../process/serve-calls.ts";

/** Where a client stands in its channel. */
export interface Place {
  readonly channel: string;
  readonly offset: number;
  /** Undefined: it continues nowhere. */
  readonly epoch?: string;
}

interface HerdOptions {
  readonly port: number;
  /** One for each client. */
  readonly places: readonly Place[];
  /** On their way at the same time; the others wait, as in the backlog of a socket or in front of a balancer. */
  readonly inFlight: number;
}

const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);
const tally = new Tally();
const inside = new Set<Subscriber>();

const herdCalls = {
  /** Resolves to the milliseconds until the last of them is subscribed, with what it had missed. @throws when one is not */
  async arrive({ port, places, inFlight }: HerdOptions): Promise<number> {
    const beganMs = performance.now();
    const waiting = places.values();
    const comeInTurn = async () => {
      for (const place of waiting) await come(port, place);
    };
    await Promise.all(Array.from({ length: inFlight }, comeInTurn));
    return performance.now() - beganMs;
  },
  /** All of them, at once. */
  leave(): void {
    for (const subscriber of inside) subscriber.leave();
    inside.clear();
  },
};
export type HerdCalls = typeof herdCalls;

serveCalls(herdCalls);

function come(port: number, { channel, offset, epoch }: Place): Promise<void> {
  const wish = { channel, ...(epoch !== undefined && { recoverable: true, recover: true, offset, epoch }) };
  const greeting = `{"id":1,"connect":{}}\n${JSON.stringify({ id: 2, subscribe: wish })}`;
  const dialect = {
    ...dialects.centrifuge,
    greeting: () => [greeting],
    isSubscribed: (frame: string) => {
      if (frame.includes('"error"')) throw new Error(`refused: ${frame}`);
      if (!dialects.centrifuge.isSubscribed?.(frame)) return false;
      if (epoch !== undefined && !frame.includes('"recovered":true')) throw new Error(`not recovered: ${frame}`);
      return true;
    },
  };
  const subscriber = new Subscriber({ port, channel, dialect, tally, readBuffer, onClosed: () => undefined });
  inside.add(subscriber);
  return subscriber.subscribed;
}
