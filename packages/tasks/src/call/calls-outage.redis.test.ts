import { eventually } from "@switchyard/testkit/eventually";
import { startTcpProxy } from "@switchyard/testkit/tcp-proxy";
import { expect, onTestFinished, test } from "vitest";
import type { RunAttempt } from "../task-worker.ts";
import { rpcOf, useCalls } from "./testing/use-calls.ts";

const calls = useCalls();

const echo: RunAttempt = async ({ task }) => ({ kind: "succeeded", result: task.data });
const soon = () => ({ deadlineMs: performance.now() + 1_500 });

test("nobody sends Redis anything while nothing is asked, but for the reads that wait", async () => {
  await calls.startWorker(echo);
  const caller = await calls.openCaller();
  await caller.call(rpcOf("warm"));
  const redis = calls.redis();
  const commandsOf = async () => {
    const text = await redis.info("commandstats");
    return Array.from(text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm), ([, name, count]) => `${name} ${count}`);
  };
  await redis.config("RESETSTAT");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const sent = await commandsOf();
  expect(sent.filter((line) => !/^(info|config\|resetstat|blmpop) /.test(line))).toEqual([]);
  await caller.call(rpcOf("planted"));
  expect((await commandsOf()).length).toBeGreaterThan(sent.length);
});

test("while Redis is away a call fails at once, and when it is back calls go on by themselves", async () => {
  await calls.startWorker(echo);
  const caller = await calls.openCaller();
  await calls.server().stop("SIGKILL");
  await eventually(async () => expect((await caller.call(rpcOf(1, soon()))).kind).toBe("failed"));
  await calls.server().restart();
  await eventually(async () => expect(await caller.call(rpcOf(2, soon()))).toEqual({ kind: "result", dataJson: "2" }), {
    timeoutMs: 10_000,
  });
});

test("a connection for answers that is cut, or that hears nothing any more, is made anew", async () => {
  await calls.startWorker(echo);
  const proxy = await startTcpProxy({ route: () => [calls.server().port], openingMinBytes: 60 });
  onTestFinished(() => proxy.close());
  const caller = await calls.openCaller({ redis: { url: `redis://127.0.0.1:${proxy.port}`, prefix: "test" } });
  const ofReplies = (opening: string) => opening.includes("switchyard-call-replies");
  proxy.reset(ofReplies);
  await eventually(async () => expect((await caller.call(rpcOf(1, soon()))).kind).toBe("result"));
  // To Redis and to us the connection is whole; the first call without an answer doubts it.
  proxy.blackhole(ofReplies);
  expect((await caller.call(rpcOf(2, { deadlineMs: performance.now() + 200 }))).kind).toBe("deadline");
  const before = proxy.accepted;
  await eventually(() => expect(proxy.accepted).toBeGreaterThan(before));
  proxy.heal();
  await eventually(async () => expect((await caller.call(rpcOf(3, soon()))).kind).toBe("result"));
});

test("a script Redis has forgotten is sent again, in the middle of calls", async () => {
  await calls.startWorker(echo);
  const caller = await calls.openCaller();
  expect((await caller.call(rpcOf(1))).kind).toBe("result");
  await calls.redis().script("FLUSH");
  const replies = await Promise.all([2, 3, 4].map((number) => caller.call(rpcOf(number))));
  expect(replies.map(({ kind }) => kind)).toEqual(["result", "result", "result"]);
});
