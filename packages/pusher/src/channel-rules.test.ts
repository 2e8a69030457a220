import { createChannelRules } from "@switchyard/broker/channel-rules";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { withPusherChannels } from "./channel-rules.ts";

const secret = "0123456789abcdef";

function rulesOf(namespace: object, app: object = {}) {
  const settings = checkSettings({
    channel: { namespaces: [{ name: "shop", ...namespace }, { name: "other" }] },
    pusher: { apps: [{ id: "1", key: "k", secret, namespace: "shop", ...app }] },
  });
  const rules = withPusherChannels(createChannelRules(settings.channel), settings.pusher);
  return (name: string) => {
    const resolved = rules.resolve(name, "read");
    if (resolved.kind !== "channel") throw new Error(`${name} is ${resolved.kind}`);
    expect(rules.find(resolved.name)).toBe(resolved.options);
    return resolved.options;
  };
}

test("what a prefix closes is closed at every door, however open the namespace is", () => {
  const optionsOf = rulesOf({
    allow_subscribe_for_client: true,
    allow_publish_for_client: true,
    allow_history_for_client: true,
    allow_presence_for_client: true,
    allow_user_limited_channels: true,
  });
  for (const name of ["shop:private-a", "shop:private-encrypted-cache-a", "shop:presence-a"]) {
    expect(optionsOf(name).isClosedByPrefix).toBe(true);
    const { allow_subscribe_for_client, allow_publish_for_client, allow_history_for_client } = optionsOf(name);
    expect([allow_subscribe_for_client, allow_publish_for_client, allow_history_for_client]).toEqual([
      false,
      false,
      false,
    ]);
  }
  expect(optionsOf("shop:news").allow_subscribe_for_client).toBe(true);
  expect(optionsOf("shop:news").isClosedByPrefix).toBeUndefined();
});

test("presence channels keep who is there, and a reload is no departure", () => {
  expect(rulesOf({})("shop:presence-a")).toMatchObject({ presence: true, join_leave: true, leaveDebounceMs: 3_000 });
  expect(rulesOf({ leave_debounce: "1s" })("shop:presence-a")).toMatchObject({ leaveDebounceMs: 1_000 });
  expect(rulesOf({})("shop:private-a")).toMatchObject({ presence: false, join_leave: false });
});

test("cache channels keep their last event, or as much as the namespace does", () => {
  expect(rulesOf({})("shop:cache-a")).toMatchObject({ keepsHistory: true, history_size: 1 });
  expect(rulesOf({ history_size: 50, history_ttl: "1h" })("shop:private-cache-a")).toMatchObject({ history_size: 50 });
  expect(rulesOf({})("shop:a")).toMatchObject({ keepsHistory: false });
});

test("who is there is kept for counts and watchlists where the app has them", () => {
  expect(rulesOf({}, { subscription_count: true })("shop:news")).toMatchObject({ presence: true, join_leave: true });
  expect(rulesOf({}, { watchlists: true })("user:shop:42")).toMatchObject({ presence: true, join_leave: true });
  expect(rulesOf({}, { watchlists: true })("user:42")).toMatchObject({ presence: false });
  expect(rulesOf({})("user:shop:42")).toMatchObject({ presence: false, force_recovery: true });
});

test("channels of no app are as their namespace says", () => {
  expect(rulesOf({})("other:presence-a")).toMatchObject({ presence: false });
});
