import { expect, test } from "vitest";
import type { Door } from "./door.ts";
import { doors, runFuzz } from "./fuzz.ts";
import { queueKey } from "./tasks-end.ts";

const load = new URL("planted-faults.ts", import.meta.url).href;
const planted = (what: string) => ({ NODE_OPTIONS: `--import=${load}`, FUZZ_PLANTED: what });

test("what no decent client sends breaks no promise, whatever door it comes to", { timeout: 120_000 }, async () => {
  const { broken } = await runFuzz({ cases: 4_000, seed: 1 });
  expect(broken).toEqual([]);
});

test("a process that leaves a rejection unhandled is found out", { timeout: 120_000 }, async () => {
  const { broken } = await runFuzz({ cases: 1_000, seed: 1, env: planted("an unhandled rejection") });
  expect(broken.join("\n")).toMatch(/ended by itself/);
  expect(broken.join("\n")).toMatch(/"level":"fatal".*"planted"/);
});

/** Writes a job and forgets to put it into the queue. */
const forgetful: Door = {
  name: "forgetful",
  share: 1,
  attackers: 1,
  async attack({ hub, tally }) {
    await hub.plainRedis.hset(`${queueKey}forgotten`, { name: "echo", data: "{}", opts: "{}", timestamp: 1 });
    hub.written.push(Buffer.from("forgotten"));
    tally.add("written");
  },
};

test("an answer that fails and a task that never ends are found out", { timeout: 120_000 }, async () => {
  const httpApi = doors.filter(({ name }) => name === "HTTP API");
  const { broken } = await runFuzz({
    cases: 1_000,
    seed: 1,
    doors: [...httpApi, forgetful],
    env: planted("an answer that fails"),
  });
  expect(broken.join("\n")).toMatch(/^500 to GET \/v1\/handlers/m);
  expect(broken.join("\n")).toMatch(/task forgotten never ends/);
});
