import { expect, test } from "vitest";
import { home, pageBehind } from "./page-behind.ts";

test.each([
  "/ops/console",
  "/ops/console/tasks?q=status:failed%20group:%22a%20b%22",
  "/ops/console/groups/a%2Fb",
  "/ops/audit?book=keys",
  "/ops/queues/queue/tasks",
])("a login leads to %s, where somebody wanted to go", (path) => {
  expect(pageBehind(path)).toBe(path);
});

test.each([
  "",
  "/docs",
  "/ops",
  "/ops/login",
  "/ops/logout?x",
  "/ops/proof",
  "/ops/../docs",
  "/ops/x/%2e%2e/%2E./docs",
  "/ops/x/.%2e/docs",
  "/ops/x//evil.example/a",
  "//evil.example/ops/console",
  "https://evil.example/ops/console",
  "/ops/console\\..\\docs",
  "/ops/console\r\nSet-Cookie: a=b",
])("a login leads to no page but those behind it, and not by %j", (path) => {
  expect(pageBehind(path)).toBe(home);
});
