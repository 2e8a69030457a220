import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { PusherMessage } from "./read-message.ts";

/** Channels a client may name; what it is subscribed to has a bound of its own. */
const channelsMax = 1_000;

/** Where a client says that it stands, by channel: `{"positions":{"news":{"offset":7,"epoch":"…"}}}`. What is malformed is left out. */
export function readPositions({ fields }: PusherMessage): Map<string, StreamPosition> {
  const { positions } = fields;
  if (typeof positions !== "object" || positions === null) return new Map();
  return new Map(
    Object.entries(positions)
      .slice(0, channelsMax)
      .flatMap(([channel, place]): [string, StreamPosition][] => {
        const { offset, epoch } = (place ?? {}) as Record<string, unknown>;
        const isPosition = Number.isSafeInteger(offset) && (offset as number) >= 0 && typeof epoch === "string";
        return isPosition ? [[channel, { offset: offset as number, epoch }]] : [];
      }),
  );
}
