import { expect, test } from "vitest";
import { createApiKeys } from "./api-keys.ts";
import { requireForHandler } from "./require-for-handler.ts";

const keys = createApiKeys({
  key: "",
  keys: [
    { name: "tasks", key: "key-of-tasks-alone", scopes: ["tasks"] },
    { name: "both", key: "key-of-both-scopes", scopes: ["tasks", "publish"] },
    { name: "inbox", key: "key-of-tasks-and-inbox", scopes: ["tasks", "inbox"] },
    { name: "news", key: "key-of-one-namespace", scopes: ["tasks", "publish"], namespaces: ["news"] },
  ],
});
const ask = (secret: string, handler: string, data: unknown) => () => {
  const key = keys.find(secret);
  if (key === undefined) throw new Error("no such key");
  requireForHandler({ handler, data }, key);
};

test.each([
  ["key-of-tasks-alone", "hub.publish", { channel: "news:a" }, "lacks the scope `publish`"],
  ["key-of-tasks-alone", "hub.broadcast", { users: ["ann"] }, "lacks the scope `publish`"],
  ["key-of-both-scopes", "hub.notify", { to: { users: ["ann"] } }, "lacks the scope `inbox`"],
  ["key-of-both-scopes", "hub.escalate", {}, "lacks the scope `inbox`"],
  ["key-of-one-namespace", "hub.publish", { channel: "chat:a" }, "`chat` is not one of them"],
  ["key-of-one-namespace", "hub.publish", { channels: ["news:a", "chat:a"] }, "`chat` is not one of them"],
  ["key-of-one-namespace", "hub.publish", { user: "ann" }, "`user` is not one of them"],
])("%s may not enqueue %s with %j: %s", (key, handler, data, message) => {
  expect(ask(key, handler, data)).toThrow(message);
});

test.each([
  ["key-of-tasks-alone", "resize", { channel: "chat:a" }],
  ["key-of-both-scopes", "hub.publish", { channel: "chat:a" }],
  ["key-of-tasks-and-inbox", "hub.notify", { to: { users: ["ann"] } }],
  ["key-of-one-namespace", "hub.publish", { channel: "news:a" }],
])("%s may enqueue %s with %j", (key, handler, data) => {
  expect(ask(key, handler, data)).not.toThrow();
});
