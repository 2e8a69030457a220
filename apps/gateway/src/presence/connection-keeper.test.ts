import type { ConnectionBatch } from "@switchyard/broker/connection-index";
import { createLogger } from "@switchyard/runtime/logger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectionKeeper, type IndexedClient } from "./connection-keeper.ts";

/** What is written, and when: against a writer that only notes it, or fails. Redis' side is in redis-connections.redis.test.ts. */

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stage() {
  const batches: ConnectionBatch[] = [];
  const state = { lease: "n", isAway: false, clients: [] as IndexedClient[] };
  const keeper = new ConnectionKeeper({
    writer: {
      async write(batch) {
        if (state.isAway) throw new Error("redis is away");
        batches.push(batch);
        return 0;
      },
      sweep: async () => 0,
    },
    lease: () => state.lease,
    connected: () => state.clients,
    logger: createLogger({ app: "test", level: "fatal" }),
  });
  const written = () => batches.map(({ open, closed }) => [[...open.keys()], [...closed.keys()]]);
  return { keeper, state, batches, written };
}

function client(id: string, user = "ann"): IndexedClient {
  const facts = { door: "plain", transport: "websocket", protocol: "json" };
  return { id, user, connectedAtMs: 1, origin: { facts }, credentials: {}, subscriptions: new Map() };
}

const left = { by: "peer", code: 1000, reason: "" } as const;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("a herd is written in few batches, and nothing is written while nothing happens", async () => {
  const { keeper, batches } = stage();
  for (let index = 0; index < 5_000; index++) keeper.opened(client(`c${index}`));
  await pass(1_000);
  expect(batches.length).toBe(10);
  await pass(60_000);
  expect(batches.length).toBe(10);
  expect(vi.getTimerCount()).toBe(0);
});

test("who comes and goes before anything was written leaves no trace; who was written is taken out", async () => {
  const { keeper, written } = stage();
  keeper.opened(client("a"));
  await pass(100);
  keeper.closed(client("a"), left);
  keeper.opened(client("b"));
  keeper.closed(client("b"), left);
  await pass(100);
  expect(written()).toEqual([
    [["a"], []],
    [[], ["a"]],
  ]);
});

test("while redis is away changes wait, one for each client, and are written once it is back", async () => {
  const { keeper, state, written } = stage();
  keeper.opened(client("old"));
  await pass(100);
  state.isAway = true;
  keeper.closed(client("old"), left);
  keeper.opened(client("new"));
  await pass(5_000);
  state.isAway = false;
  await pass(2_000);
  expect(written()).toEqual([
    [["old"], []],
    [["new"], ["old"]],
  ]);
});

test("who may have been written when a write failed is taken out when they go", async () => {
  const { keeper, state, written } = stage();
  state.isAway = true;
  keeper.opened(client("a"));
  await pass(100);
  keeper.closed(client("a"), left);
  state.isAway = false;
  await pass(2_000);
  expect(written()).toEqual([[[], ["a"]]]);
});

test("under a new lease everybody is written again, with the former lease named until all have moved", async () => {
  const { keeper, state, batches } = stage();
  state.clients = [client("a"), client("b")];
  for (const one of state.clients) keeper.opened(one);
  await pass(100);
  state.lease = "n.1";
  keeper.restore();
  await pass(2_000);
  keeper.opened(client("c"));
  await pass(100);
  expect(batches.map(({ lease, formerLease, open }) => [lease, formerLease, [...open.keys()]])).toEqual([
    ["n", undefined, ["a", "b"]],
    ["n.1", "n", ["a", "b"]],
    ["n.1", undefined, ["c"]],
  ]);
});

test("a user who signs in later is written again under the name", async () => {
  const { keeper, batches } = stage();
  keeper.opened(client("a", ""));
  await pass(100);
  keeper.changed(client("a", "ann"));
  await pass(100);
  expect(batches.map(({ open }) => open.get("a")?.facts.user)).toEqual(["", "ann"]);
});
