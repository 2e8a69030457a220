import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectRedis } from "./connect-redis.ts";
import { fateOf } from "./command-fate.ts";

let server: TestRedis;
let redis: Redis;

beforeEach(async () => {
  server = await startTestRedis();
  redis = await connectRedis({ url: server.url, patience: "fail-fast" });
});
afterEach(async () => {
  redis.disconnect();
  await server.close();
});

type Command = readonly [name: string, ...rest: string[]];
const failureOf = (command: Promise<unknown>) =>
  command.then(
    () => undefined,
    (error: unknown) => error,
  );

test("a command to a Redis that hangs may have run: it is carried out when Redis wakes", async () => {
  server.signal("SIGSTOP");
  const failure = await failureOf(redis.set("a", "1"));
  expect(fateOf(failure)).toBe("unknown");
  server.signal("SIGCONT");
  expect(await server.command("GET", "a")).toBe("1");
});

test("a command whose connection is lost before the answer may have run", async () => {
  server.signal("SIGSTOP");
  const failure = failureOf(redis.set("a", "1"));
  await server.stop("SIGKILL");
  expect(fateOf(await failure)).toBe("unknown");
});

test("a command that is under way when we hang up ourselves may have run", async () => {
  server.signal("SIGSTOP");
  const failure = failureOf(redis.set("a", "1"));
  redis.disconnect();
  expect(fateOf(await failure)).toBe("unknown");
  server.signal("SIGCONT");
  expect(await server.command("GET", "a")).toBe("1");
});

test("a command to a Redis that is gone has not run", async () => {
  const lost = new Promise((resolve) => redis.once("close", resolve));
  await server.stop("SIGKILL");
  await lost;
  expect(fateOf(await failureOf(redis.set("a", "1")))).toBe("refused");
  // Others make connections like ours, as BullMQ does, which say it in the words of the client library.
  const other = redis.duplicate();
  other.on("error", () => undefined);
  expect(fateOf(await failureOf(other.set("a", "1")))).toBe("refused");
  other.disconnect();
});

test("a command that Redis refuses has not run, also as the first write of a script", async () => {
  await server.command("CONFIG", "SET", "maxmemory", "1");
  expect(fateOf(await failureOf(redis.set("a", "1")))).toBe("refused");
  const script = 'redis.call("GET", KEYS[1]) return redis.call("SET", KEYS[1], "1")';
  expect(fateOf(await failureOf(redis.eval(script, 1, "a")))).toBe("refused");
  await server.command("CONFIG", "SET", "maxmemory", "0");
  expect(await server.command("GET", "a")).toBeNull();
});

test.each<[string, Command, Command]>([
  ["is a replica", ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]],
  [
    "misses its replicas",
    ["CONFIG", "SET", "min-replicas-to-write", "1"],
    ["CONFIG", "SET", "min-replicas-to-write", "0"],
  ],
  ["lets this user do less", ["ACL", "SETUSER", "default", "-set"], ["ACL", "SETUSER", "default", "+set"]],
])("a command that Redis refuses as it %s has not run", async (_, begin, end) => {
  await server.command(...begin);
  expect(fateOf(await failureOf(redis.set("a", "1")))).toBe("refused");
  await server.command(...end);
  expect(await server.command("GET", "a")).toBeNull();
});

test("what Redis answers with any other error has failed, of a script and of a command, also within what others made of it", async () => {
  await redis.set("text", "1");
  const wrongType = await failureOf(redis.hget("text", "a"));
  expect(fateOf(wrongType)).toBe("failed");
  for (const script of ['return redis.call("HGET", "text", "a")', "return 1 + nil", "return redis.call('NONE')"])
    expect(fateOf(await failureOf(redis.eval(script, 0)))).toBe("failed");
  expect(fateOf(new Error("not known of all", { cause: new Error("told", { cause: wrongType }) }))).toBe("failed");
});

test("a transaction that Redis discards has not run", async () => {
  await server.command("CONFIG", "SET", "maxmemory", "1");
  expect(fateOf(await failureOf(redis.multi().set("a", "1").exec()))).toBe("refused");
  await server.command("CONFIG", "SET", "maxmemory", "0");
  expect(await server.command("GET", "a")).toBeNull();
});

test("of a work of several commands some of which were refused nobody knows", async () => {
  await server.command("CONFIG", "SET", "maxmemory", "1");
  const refused = await failureOf(redis.set("a", "1"));
  expect(fateOf(new Error("not known of all", { cause: refused }))).toBe("unknown");
});

test("what nobody knows may have run", () => {
  for (const error of [new Error("Connection is closed."), new Error("ERR of nobody knows whom"), "text", undefined]) {
    expect(fateOf(error)).toBe("unknown");
  }
});
