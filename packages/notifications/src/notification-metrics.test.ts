import type { AddReply } from "@switchyard/inbox/inbox";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { observeEscalations, observeItems } from "./notification-metrics.ts";

const evicted = { archived: 0, read: 0, unread: 0 };
const countsOf = async (registry: Registry, name: string) =>
  (await registry.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => [Object.values(labels)[0], value]);

test("each user that was written to is counted by outcome, and what had to make room by what it was", async () => {
  const registry = new Registry();
  const onItem = observeItems(registry);
  const reply = (outcome: AddReply["outcome"], made: Partial<AddReply["evicted"]> = {}) =>
    onItem({ outcome, evicted: { ...evicted, ...made } } as AddReply);
  reply("stored", { read: 2 });
  reply("stored", { unread: 1 });
  reply("muted");
  expect(await countsOf(registry, "switchyard_inbox_items_total")).toEqual([
    ["stored", 2],
    ["muted", 1],
  ]);
  expect(await countsOf(registry, "switchyard_inbox_evicted_total")).toEqual([
    ["read", 2],
    ["unread", 1],
  ]);
});

test("each user a step has looked at is counted by what came of it", async () => {
  const registry = new Registry();
  const onFired = observeEscalations(registry);
  onFired({ escalated: 3, later: 0, spared: 1 });
  onFired({ escalated: 1, later: 2, spared: 0 });
  expect(await countsOf(registry, "switchyard_escalations_total")).toEqual([
    ["escalated", 4],
    ["later", 2],
    ["spared", 1],
  ]);
});
