import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askRedis } from "./ask-redis.ts";
import { checkRedis } from "./check-redis.ts";
import { findProgram } from "./find-program.ts";
import { freePort } from "./free-port.ts";
import { programs } from "./program.ts";
import { startRedisServer, type RedisServer } from "./redis-server.ts";

let directory: string;
let server: RedisServer;

beforeAll(async () => {
  const program = findProgram(programs.redis, "/usr/local/bin:/usr/bin") ?? expect.fail("no Redis on this machine");
  directory = await mkdtemp(join(tmpdir(), "switchyard-check-"));
  server = await startRedisServer({ program, directory, port: 0, appendOnly: false });
  await askRedis(new URL(server.url), [["CONFIG", "SET", "requirepass", "s3cr3t"]], 1_000);
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const address = (userinfo: string) => `redis://${userinfo}127.0.0.1:${server.port}`;

test("accepts a Redis it can sign in to and gives its version", async () => {
  expect((await checkRedis(address(":s3cr3t@"))).version).toMatch(/^\d+\.\d+/);
});

test("tells a missing password from a wrong one, and repeats neither", async () => {
  await expect(checkRedis(address(""))).rejects.toThrow("it asks for a password");
  const refusal = await checkRedis(address(":gu3ss@")).catch(String);
  expect(refusal).toContain("refuses this user and password");
  expect(refusal).not.toContain("gu3ss");
});

test("says when nothing listens, and when what listens is not Redis", async () => {
  const port = await freePort();
  await expect(checkRedis(`redis://127.0.0.1:${port}`)).rejects.toThrow(
    `the Redis at 127.0.0.1:${port} cannot be used: nothing listens there`,
  );
  const web = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
  await once(web, "listening");
  const stranger = `redis://127.0.0.1:${(web.address() as AddressInfo).port}`;
  await expect(checkRedis(stranger)).rejects.toThrow("what answers there is not Redis");
  web.close();
});

test("refuses a replica, which cannot be written to", async () => {
  await askRedis(new URL(address(":s3cr3t@")), [["REPLICAOF", "127.0.0.1", "1"]], 1_000);
  await expect(checkRedis(address(":s3cr3t@"))).rejects.toThrow("read-only replica");
  await askRedis(new URL(address(":s3cr3t@")), [["REPLICAOF", "NO", "ONE"]], 1_000);
});
