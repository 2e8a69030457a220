import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { assertPortsFree, planPorts } from "./port-plan.ts";

test("no two processes share a port, at the largest numbers too", () => {
  const plan = planPorts({ port: 8000, gateways: 9, workers: 9 });
  const all = [plan.frontDoor, ...plan.gateways, plan.api, ...plan.workers, plan.redis];
  expect(new Set(all).size).toBe(all.length);
});

test("names each port that is taken, whose it is, and the variable that moves them", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  const plan = { frontDoor: port, gateways: [], api: 0, workers: [], redis: port };
  const withRedis = await assertPortsFree(plan, { withRedis: true }).catch(String);
  expect(withRedis).toContain(`port ${port} (front door), ${port} (redis) is taken`);
  expect(withRedis).toContain("set SWITCHYARD_PORT");
  // A Redis elsewhere needs no port here.
  expect(await assertPortsFree(plan, { withRedis: false }).catch(String)).not.toContain("redis");
  holder.close();
});
