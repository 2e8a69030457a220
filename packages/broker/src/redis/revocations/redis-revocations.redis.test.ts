import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { startTcpProxy, type TcpProxy } from "@switchyard/testkit/tcp-proxy";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Revocation, Revocations } from "../../revocation.ts";
import { revocationKeys } from "../keys.ts";
import { createRedisRevocations } from "./redis-revocations.ts";
import { packRevocations, restoreRevocationsScript } from "./revocation-scripts.ts";

const logger = createLogger({ app: "test", level: "fatal" });
let redis: TestRedis;
let admin: Redis;
const opened: Revocations[] = [];
const proxies: TcpProxy[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
  admin = new Redis(redis.url);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((revocations) => revocations.close()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  await redis.flush();
});
afterAll(async () => {
  admin.disconnect();
  await redis.close();
});

async function open(url = redis.url): Promise<Revocations> {
  const revocations = await createRedisRevocations({ redis: { url, prefix: "sy" }, logger });
  opened.push(revocations);
  return revocations;
}

async function follow(url?: string): Promise<{ follower: Revocations; news: Revocation[] }> {
  const follower = await open(url);
  const news: Revocation[] = [];
  await follower.follow((more) => void news.push(...more));
  return { follower, news };
}

test("every follower knows a revocation within two seconds, and is told of it once", async () => {
  const [api, first, second] = [await open(), await follow(), await follow()];
  const { beforeMs } = await api.revoke({ user: "a:b:42" });
  await api.revoke({ tokenId: "t1" });
  for (const { follower, news } of [first, second]) {
    await eventually(() => expect(follower.isRevoked({ tokenId: "t1" })).toBe(true), { timeoutMs: 2_000 });
    expect(follower.isRevoked({ user: "a:b:42", issuedAtMs: beforeMs - 1 })).toBe(true);
    expect(follower.isRevoked({ user: "a:b:42", issuedAtMs: beforeMs })).toBe(false);
    expect(news.map(({ kind, id }) => `${kind} ${id}`)).toEqual(["user a:b:42", "token t1"]);
  }
});

test("an id with a NUL in it is that id, and not the one before the NUL", async () => {
  const [api, { follower }] = [await open(), await follow()];
  await api.revoke({ tokenId: "victim\u0000x" });
  await eventually(() => expect(follower.isRevoked({ tokenId: "victim\u0000x" })).toBe(true), { timeoutMs: 2_000 });
  expect(follower.isRevoked({ tokenId: "victim" })).toBe(false);
});

test("who comes later reads what there is, without what is over", async () => {
  const api = await open();
  await api.revoke({ client: "c1" });
  await api.revoke({ client: "c2", untilMs: Date.now() - 1_000 });
  const { follower } = await follow();
  expect(follower.isRevoked({ client: "c1" })).toBe(true);
  expect(follower.isRevoked({ client: "c2" })).toBe(false);
});

test("a follower that was cut off knows within two seconds of being back", async () => {
  const proxy = await startTcpProxy({ route: () => [redis.port] });
  proxies.push(proxy);
  const { follower } = await follow(`redis://127.0.0.1:${proxy.port}`);
  const api = await open();
  proxy.blackhole();
  await api.revoke({ tokenId: "t1" });
  expect(follower.isRevoked({ tokenId: "t1" })).toBe(false);
  proxy.heal();
  await eventually(() => expect(follower.isRevoked({ tokenId: "t1" })).toBe(true), { timeoutMs: 2_000 });
});

test("a follower whose connections are dead without knowing opens new ones", async () => {
  const proxy = await startTcpProxy({ route: () => [redis.port] });
  proxies.push(proxy);
  const { follower } = await follow(`redis://127.0.0.1:${proxy.port}`);
  const api = await open();
  // Those there are stay held for ever, as after a firewall forgot them; new ones pass.
  const before = proxy.accepted;
  let count = 0;
  proxy.blackhole(() => count++ < before);
  await api.revoke({ tokenId: "t1" });
  await eventually(() => expect(follower.isRevoked({ tokenId: "t1" })).toBe(true), { timeoutMs: 10_000 });
});

test("an announcement nobody heard is found by counting", async () => {
  const { follower } = await follow();
  // All that revoke.lua does, except to publish: at-most-once means that this happens.
  await admin.zadd("sy:hub:{revocations}:entries", Date.now() + 60_000, "1000:token:t1");
  await admin.incr("sy:hub:{revocations}:counter");
  await eventually(() => expect(follower.isRevoked({ tokenId: "t1" })).toBe(true));
});

test("what Redis has lost stays revoked for those who knew", async () => {
  const { follower } = await follow();
  const api = await open();
  await api.revoke({ tokenId: "t1" });
  await eventually(() => expect(follower.isRevoked({ tokenId: "t1" })).toBe(true));
  await redis.flush();
  await api.revoke({ tokenId: "t2" });
  await eventually(() => expect(follower.isRevoked({ tokenId: "t2" })).toBe(true), { timeoutMs: 2_000 });
  expect(follower.isRevoked({ tokenId: "t1" })).toBe(true);
});

test("nothing is left in Redis when the last revocation is over", async () => {
  const api = await open();
  const entries = "sy:hub:{revocations}:entries";
  await api.revoke({ tokenId: "t1", untilMs: Date.now() + 300 });
  await eventually(async () => expect(await admin.exists(entries)).toBe(0));
  const lastMs = Date.now() + 3_600_000;
  await api.revoke({ tokenId: "t2", untilMs: lastMs });
  await api.revoke({ tokenId: "t3", untilMs: lastMs - 60_000 });
  expect(await admin.pexpiretime(entries)).toBe(lastMs);
});

test("revocations whose time is over are taken out by the next one", async () => {
  const api = await open();
  await api.revoke({ tokenId: "over", untilMs: Date.now() + 3_600_000 });
  const { entries } = revocationKeys("sy");
  const [over = ""] = await admin.zrange(entries, 0, "-1");
  await admin.zadd(entries, Date.now() - 1, over, Date.now() + 3_600_000, "1:token:kept");
  await api.revoke({ tokenId: "next" });
  expect((await admin.zrange(entries, 0, "-1")).map((entry) => entry.split(":").at(-1))).not.toContain("over");
  expect(await admin.zcard(entries)).toBe(2);
});

test("each revocation counts, so that those who miss its announcement find it by comparing", async () => {
  const api = await open();
  for (const tokenId of ["t1", "t2"]) await api.revoke({ tokenId });
  expect(await admin.get(revocationKeys("sy").counter)).toBe("2");
});

test("what is written back reaches those who follow already, and shortens nothing", async () => {
  const { follower } = await follow();
  const { entries, blocks, counter } = revocationKeys("sy");
  const known = { kind: "token", id: "t1", beforeMs: 1_000, untilMs: Date.now() + 60_000 } as const;
  const writeBack = (revocation: Revocation) =>
    restoreRevocationsScript.run(admin, {
      keys: { entries, blocks, counter },
      args: { known: packRevocations([revocation]) },
    });
  expect(await writeBack(known)).toBe(1);
  await eventually(() => expect(follower.isRevoked({ tokenId: "t1" })).toBe(true));
  expect(await writeBack({ ...known, untilMs: known.untilMs - 30_000 })).toBe(0);
  expect(Number(await admin.zscore(entries, "1000:token:t1"))).toBe(known.untilMs);
});

test("revoking without Redis is an error that says try again", async () => {
  const api = await open();
  await redis.stop();
  await expect(api.revoke({ user: "42" })).rejects.toMatchObject({ code: 100, temporary: true });
  await redis.restart();
});

test("what Redis has forgotten is written back by who knows it, for those who come later", async () => {
  const api = await open();
  await follow();
  const { beforeMs } = await api.revoke({ user: "a:b:42" });
  const { untilMs } = await api.revoke({ tokenId: "t1" });
  const { follower: known } = await follow();
  await eventually(() => expect(known.isRevoked({ tokenId: "t1" })).toBe(true));
  await admin.flushall();
  await eventually(async () => {
    const { follower } = await follow();
    expect(follower.isRevoked({ tokenId: "t1" })).toBe(true);
    expect(follower.isRevoked({ user: "a:b:42", issuedAtMs: beforeMs - 1 })).toBe(true);
    expect(follower.isRevoked({ user: "a:b:42", issuedAtMs: beforeMs })).toBe(false);
  });
  expect(await admin.pexpiretime("sy:hub:{revocations}:entries")).toBe(untilMs);
});

test("a blocked user is shut out with every token, until unblocked", async () => {
  const [api, { follower, news }] = [await open(), await follow()];
  await api.block("eve");
  await eventually(() => expect(follower.isBlocked("eve")).toBe(true), { timeoutMs: 2_000 });
  expect(follower.isRevoked({ user: "eve", issuedAtMs: Date.now() + 3_600_000 })).toBe(true);
  expect([follower.isBlocked("ev"), follower.isBlocked("")]).toEqual([false, false]);
  expect(await api.unblock("eve")).toBe(true);
  await eventually(() => expect(follower.isBlocked("eve")).toBe(false), { timeoutMs: 2_000 });
  expect(await api.unblock("eve")).toBe(false);
  expect(news.slice(0, 2).map(({ kind, id }) => `${kind} ${id}`)).toEqual(["block eve", "unblock eve"]);
});

test("a block ends by itself, in every memory and in Redis", async () => {
  const [api, { follower }] = [await open(), await follow()];
  await api.block("eve", Date.now() + 1_500);
  await eventually(() => expect(follower.isBlocked("eve")).toBe(true));
  expect(await api.blockedUntil("eve")).toBeGreaterThan(Date.now());
  await eventually(() => expect(follower.isBlocked("eve")).toBe(false), { timeoutMs: 5_000 });
  expect(await api.blockedUntil("eve")).toBeUndefined();
});

test("of blocks and unblocks of one user the last stands, also where the clock was set back in between", async () => {
  const [api, { follower }] = [await open(), await follow()];
  const { blocks, entries } = revocationKeys("sy");
  const aheadMs = Date.now() + 3_600_000;
  await api.unblock("eve");
  const [written = ""] = await admin.hvals(blocks);
  const ahead = written.replace(/^\d+/, String(aheadMs));
  await admin.multi().hset(blocks, "eve", ahead).zrem(entries, written).zadd(entries, aheadMs, ahead).exec();
  await api.block("eve");
  expect(await admin.hget(blocks, "eve")).toBe(`${aheadMs + 1}:block:eve`);
  await eventually(() => expect(follower.isBlocked("eve")).toBe(true));
  expect([await admin.hlen(blocks), await admin.zcard(entries)]).toEqual([1, 1]);
});

test("a block that Redis has lost is written back, and one that was taken back meanwhile is not", async () => {
  const api = await open();
  const { follower } = await follow();
  await api.block("eve");
  await api.block("mallory");
  await api.unblock("mallory");
  await eventually(() => expect(follower.isBlocked("eve")).toBe(true));
  await admin.flushall();
  await eventually(async () => {
    expect(await api.blockedUntil("eve")).toBeDefined();
    const { follower: late } = await follow();
    expect([late.isBlocked("eve"), late.isBlocked("mallory")]).toEqual([true, false]);
  });
  const { entries, blocks, counter } = revocationKeys("sy");
  const known = packRevocations([{ kind: "block", id: "mallory", beforeMs: 1_000, untilMs: Date.now() + 60_000 }]);
  expect(await restoreRevocationsScript.run(admin, { keys: { entries, blocks, counter }, args: { known } })).toBe(0);
  expect(await api.blockedUntil("mallory")).toBeUndefined();
});

test("nothing of a block is left in Redis when it is over", async () => {
  const api = await open();
  const { blocks, entries } = revocationKeys("sy");
  await api.block("eve", Date.now() + 300);
  await eventually(async () => expect(await admin.exists(entries, blocks)).toBe(0));
  await api.block("mallory", Date.now() + 100);
  await api.revoke({ tokenId: "t1" });
  await eventually(async () => {
    await api.revoke({ tokenId: "t2" });
    expect(await admin.hlen(blocks)).toBe(0);
  });
});

test("tokens of a user that were issued before a named time are revoked, and later ones are good", async () => {
  const [api, { follower }] = [await open(), await follow()];
  const issuedBeforeMs = Date.now() - 3_600_000;
  expect((await api.revoke({ user: "ann", issuedBeforeMs })).beforeMs).toBe(issuedBeforeMs);
  await eventually(() => expect(follower.isRevoked({ user: "ann", issuedAtMs: issuedBeforeMs - 1 })).toBe(true));
  expect(follower.isRevoked({ user: "ann", issuedAtMs: issuedBeforeMs })).toBe(false);
});
