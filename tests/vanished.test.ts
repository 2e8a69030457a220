import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, expect, test } from "vitest";

// What a chat is told of processes that die, stop, or cannot say that they are there; by real ones.
const heard: string[] = [];
const chat = createServer((request, response) => {
  void request.toArray().then((chunks: Buffer[]) => {
    const { text } = JSON.parse(Buffer.concat(chunks).toString()) as { text: string };
    heard.push(String(text.split("\n")[0]));
    response.end();
  });
});
let hub: Hub;
beforeAll(async () => {
  await new Promise<void>((listening) => chat.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/`;
  const alerts = [{ name: "chat", kind: "chat", hold: "0s", url }];
  hub = await startHub({ gateways: 1, workers: 1, settings: { ops: { alerts } } });
});
afterAll(async () => {
  await hub?.close();
  chat.close();
});

/** By their leases, which run out after ten seconds. */
const gateways = async () => {
  const { body } = await hub.post("/api/info", {});
  return (body as { result: { nodes: object[] } }).result.nodes.length;
};

test("while Redis is full nobody is told that processes are gone, which only cannot say that they are there", async () => {
  // Those that tell begin before the first processes are on their lists.
  const { api } = hub;
  const needs = async () => {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    return [...text.matchAll(/^switchyard_needs\{code="(\w+)".*\} [1-9]/gm)].map(([, code]) => code);
  };
  await eventually(async () => expect(await needs()).toEqual([]), { timeoutMs: 20_000 });
  await eventually(() => expect(heard.filter((line) => line.startsWith("▲")).length * 2).toBe(heard.length));
  heard.length = 0;

  await hub.redis.command("CONFIG", "SET", "maxmemory", "1");
  await eventually(() => expect(heard).toEqual([expect.stringMatching(/^▲ CRITICAL: Redis takes no writes/)]));
  await eventually(async () => expect(await gateways()).toBe(0), { timeoutMs: 20_000 });
  await eventually(async () => expect(await needs()).toEqual(["redis_refuses"]));
  await hub.redis.command("CONFIG", "SET", "maxmemory", "0");
  await eventually(() => expect(heard).toHaveLength(2), { timeoutMs: 10_000 });
  await eventually(async () => expect(await gateways()).toBe(1), { timeoutMs: 20_000 });
  await eventually(async () => expect(await needs()).toEqual([]));
  expect(heard).toEqual([expect.stringMatching(/^▲/), expect.stringMatching(/^✓/)]);
}, 90_000);

test("a process that was killed is told of, and those of every kind that were stopped are not", async () => {
  heard.length = 0;
  const [gateway, api, worker, pool, killed] = await Promise.all([
    hub.start("gateway"),
    hub.start("api"),
    hub.start("worker"),
    hub.start("worker", { SWITCHYARD_WORKER_PROCESSES_MIN: "1", SWITCHYARD_WORKER_PROCESSES_MAX: "1" }),
    hub.start("worker"),
  ]);
  await eventually(async () => expect(await gateways()).toBe(2), { timeoutMs: 20_000 });
  // Whoever is stopped as soon as it is there is the hardest to tell from one that died.
  await Promise.all([gateway, api, worker, pool].map((one) => one.stop()));
  await killed.kill();
  await eventually(() => expect(heard).toContainEqual(expect.stringContaining(`:${killed.port} vanished`)), {
    timeoutMs: 40_000,
  });
  expect(heard).toHaveLength(1);
}, 120_000);
