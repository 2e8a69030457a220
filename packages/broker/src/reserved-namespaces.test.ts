import { checkSettings } from "@switchyard/runtime/load-settings";
import { reservedNamespaceNames } from "@switchyard/runtime/channel-section";
import { expect, test } from "vitest";
import { createChannelRules } from "./channel-rules.ts";
import type { ChannelUse } from "./reserved-namespaces.ts";

const rules = createChannelRules(checkSettings({ channel: { namespaces: [{ name: "chat" }] } }).channel);
const uses = [
  "publish",
  "publish_as_client",
  "subscribe",
  "grant",
  "subscribe_own",
  "unsubscribe",
  "read",
  "remove_history",
] as const satisfies ChannelUse[];
const allowed = (channel: string) => uses.filter((use) => rules.resolve(channel, use).kind === "channel");

test("what outsiders may do in each of the hub's own namespaces", () => {
  expect(Object.fromEntries(reservedNamespaceNames.map((name) => [name, allowed(`${name}:t_1`)]))).toEqual({
    user: ["publish", "subscribe_own", "read", "remove_history"],
    inbox: ["subscribe_own", "unsubscribe"],
    task: ["grant", "unsubscribe", "read"],
    group: ["grant", "unsubscribe", "read"],
    hub: ["grant", "unsubscribe", "read"],
  });
});

test("no other namespace is reserved, whatever a name looks like", () => {
  for (const channel of ["chat:task:t_1", "task", "chat:user:1", "$chat:hub"]) expect(allowed(channel)).toEqual(uses);
});

test("a name that marks itself private is in its namespace all the same", () => {
  expect(rules.resolve("$hub:events", "publish").kind).toBe("reserved");
});

test("a refusal names the namespace and what to do instead", () => {
  expect(rules.resolve("hub:events", "publish")).toEqual({
    kind: "reserved",
    problem: "`hub` is a namespace of the hub, and only the hub publishes there; use a namespace of your own",
  });
});

test("settings cannot configure a namespace of the hub's", () => {
  for (const name of reservedNamespaceNames) {
    expect(() => checkSettings({ channel: { namespaces: [{ name }] } })).toThrow(`\`${name}\` is taken`);
  }
});
