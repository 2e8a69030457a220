import { Counter, type Registry } from "prom-client";

/** By receiver: their names are few, and the settings'. */
export interface EventMetrics {
  readonly relayed: Counter<"receiver">;
  readonly lost: Counter<"receiver">;
}

export function createEventMetrics(registers: Registry[]): EventMetrics {
  return {
    relayed: new Counter({
      name: "switchyard_events_relayed_total",
      help: "Events put into tasks for a receiver, by its name.",
      labelNames: ["receiver"],
      registers,
    }),
    lost: new Counter({
      name: "switchyard_events_lost_total",
      help: "Events a receiver is not told of, because it did not answer for too long; it is told how many.",
      labelNames: ["receiver"],
      registers,
    }),
  };
}
