import type { EventBatch } from "@switchyard/broker/event-outbox";
import type { Settings } from "@switchyard/runtime/settings";

export type Receiver = Settings["events"]["receivers"][number];

/** What one receiver is told of a batch. */
export interface ToldBatch {
  /** The same bytes whenever they are asked for: they are what is signed, and what a receiver knows a repetition by. */
  readonly body: string;
  readonly events: number;
}

/** Undefined: there is nothing in it that the receiver wants. Events it has missed before it is told with the next one it wants. */
export function tellBatch(
  { id, timeMs, events, dropped }: EventBatch,
  { name, types }: Receiver,
): ToldBatch | undefined {
  const wanted = types.length === 0 ? events : events.filter(({ type }) => types.some((one) => one === type));
  if (wanted.length === 0) return undefined;
  const head = JSON.stringify({ type: "events", timestamp: new Date(timeMs).toISOString() });
  const about = JSON.stringify({ batch: id, dropped: dropped.get(name) ?? 0 });
  // Spliced, not parsed: numbers in what clients have published stay as they were.
  const list = wanted.map(({ json }) => json).join(",");
  return { body: `${head.slice(0, -1)},"data":${about.slice(0, -1)},"events":[${list}]}}`, events: wanted.length };
}
