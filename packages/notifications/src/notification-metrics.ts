import type { AddReply } from "@switchyard/inbox/inbox";
import { Counter, type Registry } from "prom-client";
import type { Fired } from "./fire-timer.ts";

/**
 * What an operator asks of notifications, in the api, which writes to few users, and in workers, which write to many. No label holds a
 * category, a user or a `via`: these are words of back ends, and their number has no bound.
 */
export function observeItems(registry: Registry): (reply: AddReply) => void {
  const registers = [registry];
  const items = new Counter({
    name: "switchyard_inbox_items_total",
    help: "Users this process has written notifications to, by outcome: stored, duplicate (had it already), muted or expired.",
    labelNames: ["outcome"],
    registers,
  });
  const evictions = new Counter({
    name: "switchyard_inbox_evicted_total",
    help: "Items that gave way to newer ones of a full inbox, by what they were: archived, read or unread.",
    labelNames: ["state"],
    registers,
  });
  return ({ outcome, evicted }) => {
    items.inc({ outcome });
    for (const state of ["archived", "read", "unread"] as const)
      if (evicted[state] > 0) evictions.inc({ state }, evicted[state]);
  };
}

/** The same of timers, which fire in workers alone. */
export function observeEscalations(registry: Registry): (fired: Fired) => void {
  const escalations = new Counter({
    name: "switchyard_escalations_total",
    help: "Users a step of escalation has looked at, by outcome: escalated, later (quiet hours, or snoozed) or spared.",
    labelNames: ["outcome"],
    registers: [registry],
  });
  return ({ escalated, later, spared }) => {
    escalations.inc({ outcome: "escalated" }, escalated);
    escalations.inc({ outcome: "later" }, later);
    escalations.inc({ outcome: "spared" }, spared);
  };
}
