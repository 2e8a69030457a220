import { Counter, Gauge, type Registry } from "prom-client";

/** By receiver: their names are few, and the settings'. */
export interface EventMetrics {
  readonly relayed: Counter<"receiver">;
  readonly delivered: Counter<"receiver">;
  readonly lost: Counter<"receiver">;
  readonly failed: Counter<"receiver">;
  readonly gone: Gauge<"receiver">;
}

export function createEventMetrics(registers: Registry[]): EventMetrics {
  return {
    relayed: new Counter({
      name: "switchyard_events_relayed_total",
      help: "Events put into tasks for a receiver, by its name.",
      labelNames: ["receiver"],
      registers,
    }),
    delivered: new Counter({
      name: "switchyard_events_delivered_total",
      help: "Events that a receiver has answered with 2xx, or that its handler has taken.",
      labelNames: ["receiver"],
      registers,
    }),
    lost: new Counter({
      name: "switchyard_events_lost_total",
      help: "Events a receiver is not told of, because it did not answer for too long or is gone; it is told how many.",
      labelNames: ["receiver"],
      registers,
    }),
    failed: new Counter({
      name: "switchyard_events_failed_attempts_total",
      help: "Requests to a receiver that were not answered with 2xx, or failed tasks of its handler; most are tried again.",
      labelNames: ["receiver"],
      registers,
    }),
    gone: new Gauge({
      name: "switchyard_events_receiver_gone",
      help: "1 for a receiver that has answered 410 and is told nothing until its settings change.",
      labelNames: ["receiver"],
      registers,
    }),
  };
}
