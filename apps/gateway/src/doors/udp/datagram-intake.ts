import type { Publisher } from "@switchyard/broker/broker";
import { readPublicationData } from "@switchyard/broker/publication-data";
import type { ChannelMap } from "../channel-map.ts";
import { readObject } from "../read-object.ts";

/**
 * What becomes of a datagram, each in exactly one of these. `accepted`: Redis has published it. `unknown`: Redis has not confirmed it, so it
 * may be published nevertheless. All others are dropped: `too_large`,
 * `not_json` (or no object), `unmapped` (the fields of no rule), `refused` (they make no channel), `busy` (as many were on their
 * way as may be), `overrun` (the kernel had no room, and we never saw it).
 */
export type Fate = "accepted" | "too_large" | "not_json" | "unmapped" | "refused" | "busy" | "unknown" | "overrun";

/** On their way to Redis at the same time; a burst of tens of thousands fits, an endless stream is cut to what Redis takes. */
const bounds = { datagrams: 20_000, bytes: 33_554_432 } as const;

export interface DatagramIntakeOptions {
  readonly publisher: Pick<Publisher, "publish">;
  readonly channels: ChannelMap;
  readonly maxBytes: number;
  /** Called once for each datagram; `problem` never repeats what was sent. */
  readonly onFate: (fate: Exclude<Fate, "overrun">, problem?: string) => void;
}

export interface DatagramIntake {
  /** Never throws, whatever it is. What one channel gets keeps its order. */
  take(datagram: Buffer): void;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

/** One datagram, one publication: the very text it is, in the channel its fields name. */
export function createDatagramIntake({ publisher, channels, maxBytes, onFate }: DatagramIntakeOptions): DatagramIntake {
  let [waiting, waitingBytes] = [0, 0];
  let onSettled: () => void = () => undefined;

  async function publish(datagram: Buffer): Promise<void> {
    const { fields, problem } = readObject(datagram);
    if (fields === undefined) return onFate("not_json", problem);
    const found = channels.find(fields);
    if (found.kind !== "channel") return onFate(found.kind, found.problem);
    const read = readPublicationData(datagram, found.options);
    if ("problem" in read) return onFate("refused", read.problem);
    await publisher.publish(found.name, read);
    onFate("accepted");
  }

  return {
    take(datagram) {
      if (datagram.length > maxBytes) return onFate("too_large");
      if (waiting >= bounds.datagrams || waitingBytes >= bounds.bytes) return onFate("busy");
      waiting++;
      waitingBytes += datagram.length;
      void publish(datagram)
        .catch((error: unknown) => onFate("unknown", String(error)))
        .finally(() => {
          waiting--;
          waitingBytes -= datagram.length;
          if (waiting === 0) onSettled();
        });
    },
    settled: () => (waiting === 0 ? Promise.resolve() : new Promise((resolve) => (onSettled = resolve))),
  };
}
