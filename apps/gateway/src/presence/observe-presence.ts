import { Counter, Gauge, type Registry } from "prom-client";

/** What presence counts by itself, read when somebody scrapes. */
export interface PresenceCounts {
  readonly entries: () => number;
  readonly swept: () => number;
  readonly droppedEvents: () => number;
}

export function observePresence(registry: Registry, { entries, swept, droppedEvents }: PresenceCounts): void {
  const registers = [registry];
  const gauge: Gauge = new Gauge({
    name: "switchyard_gateway_presence_entries",
    help: "Clients of this node in channels that keep presence, once per channel.",
    registers,
    collect: () => gauge.set(entries()),
  });
  const counters: [string, string, () => number][] = [
    ["presence_swept", "Entries of dead nodes removed by this one.", swept],
    [
      "presence_events_dropped",
      "Channel events that did not wait for Redis to come back, because too many did.",
      droppedEvents,
    ],
  ];
  for (const [name, help, read] of counters) {
    const counter: Counter = new Counter({
      name: `switchyard_gateway_${name}_total`,
      help,
      registers,
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }
}
