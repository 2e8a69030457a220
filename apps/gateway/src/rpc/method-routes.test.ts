import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { createMethodRoutes } from "./method-routes.ts";

const handlers = { one: { kind: "module", module: "./one.ts" }, two: { kind: "module", module: "./two.ts" } };

function routes(rpc: Record<string, unknown>) {
  const routeOf = createMethodRoutes(checkSettings({ handlers, rpc }).rpc);
  return (method: string) => routeOf(method).kind;
}

test("the namespace before the first boundary decides, and what has none is of without_namespace", () => {
  const { rpc } = checkSettings({
    handlers,
    rpc: {
      without_namespace: { handler: "one" },
      namespaces: [
        { name: "shop", handler: "two", timeout: "2s", on_disconnect: "cancel" },
        { name: "off" },
        { name: "work", handler: "two", task: true },
      ],
    },
  });
  const routeOf = createMethodRoutes(rpc);
  const two = { kind: "handler", handler: "two", timeoutMs: 2_000, stopsWithAsker: true };
  for (const method of ["shop:buy", "shop:", "shop:a:b"]) expect(routeOf(method)).toEqual(two);
  const one = { kind: "handler", handler: "one", timeoutMs: 4_500, stopsWithAsker: false };
  for (const method of ["", "buy", "shop", "shop.buy"]) expect(routeOf(method)).toEqual(one);
  expect(routeOf("off:x")).toEqual({ kind: "unserved" });
  expect(routeOf("work:x")).toEqual({ kind: "task", handler: "two" });
  for (const method of ["shp:buy", ":buy", "constructor:x"]) expect(routeOf(method)).toEqual({ kind: "unknown" });
});

test("where nothing is configured nothing is known either: every method is unserved, not unknown", () => {
  const kindOf = routes({});
  for (const method of ["", "any", "any:thing", "task.cancel", "ping"]) expect(kindOf(method)).toBe("unserved");
});

test("the hub's own methods are found by their whole names, where they are served", () => {
  const withPing = routes({
    ping: { enabled: true, method: "shop:alive" },
    namespaces: [{ name: "shop", handler: "one" }],
  });
  expect(["shop:alive", "shop:alive2", "task.cancel"].map(withPing)).toEqual(["ping", "handler", "unserved"]);
  const withTasks = routes({ without_namespace: { handler: "one", task: true } });
  expect(["task.cancel", "task.cancel2"].map(withTasks)).toEqual(["cancel_task", "task"]);
  expect(routes({ ping: { enabled: true } })("any:thing")).toBe("unknown");
});

test("another boundary parts names elsewhere", () => {
  const kindOf = routes({ namespace_boundary: "/", namespaces: [{ name: "shop", handler: "one" }] });
  expect(["shop/buy", "shop:buy"].map(kindOf)).toEqual(["handler", "unserved"]);
});

test.each([
  [
    { without_namespace: { handler: "three" } },
    "rpc.without_namespace.handler: no handler `three` is declared; add it to handlers",
  ],
  [{ namespaces: [{ name: "a" }] }, /rpc\.namespaces\[0\]\.name/],
  [{ namespaces: [{ name: "ab" }, { name: "ab" }] }, "rpc.namespaces[1].name: `ab` is taken; choose another name"],
  [
    { namespace_boundary: ".", namespaces: [{ name: "inbox" }] },
    "rpc.namespaces[0].name: `inbox` is taken; choose another name",
  ],
  [{ namespaces: [{ name: "ab", task: true }] }, /rpc\.namespaces\[0\]\.task: must have a handler beside it/],
  [
    { without_namespace: { handler: "one", timeout: "4501ms" } },
    /rpc\.without_namespace\.timeout: must be 1ms to 4500ms/,
  ],
  [
    { namespaces: [{ name: "ab", proxy_enabled: true }] },
    /rpc\.namespaces\[0\]\.proxy_name: `default` is rpc\.proxy, which has neither/,
  ],
  [{ without_namespace: { proxy_enabled: true, proxy_name: "ap" } }, /rpc\.without_namespace\.proxy_name: no proxy/],
  [
    { proxy: { endpoint: "http://a.test" }, without_namespace: { proxy_enabled: true, handler: "one" } },
    /rpc\.without_namespace\.handler: must not be set beside proxy_enabled/,
  ],
  [{ proxy: { endpoint: "grpc://a.test" } }, /rpc\.proxy\.endpoint: is gRPC/],
])("%j is refused at the start, by name", (rpc, problem) => {
  expect(() => checkSettings({ handlers, rpc })).toThrow(problem);
});
