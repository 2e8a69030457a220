import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startHooksStage, type HooksStage } from "./hooks-stage.ts";
import { findFaults, openBreakers, runLoad } from "./mood-trial.ts";
import { moodCases } from "./moods.ts";

// The small form of `npm run faults:hooks`, which compares the gateway's event loop with and without hooks, too.
let stage: HooksStage;
beforeAll(async () => {
  stage = await startHooksStage();
});
afterAll(() => stage?.close());

const load = { seconds: 1.5, askers: 24, listeners: 10, perSecond: 20, pauseMs: 10 };

test("clients of a back end that never answers hear what is documented, it is left alone, and no other client notices", async () => {
  expect(await faultsIn("never")).toEqual([]);
  expect(await openBreakers(stage)).toEqual(expect.arrayContaining(["connect", "publish", "subscribe"]));
});

test("a back end that answers again is asked again", async () => {
  stage.says({ connect: { json: { result: { user: "ann" } } } });
  await eventually(
    async () => {
      await Promise.all([stage.stranger().then(({ peer }) => peer.close()), askOnce()]);
      expect(await openBreakers(stage)).toEqual([]);
    },
    { timeoutMs: 15_000 },
  );
});

test("a code that no client may be told ends lines with one that it may, and no other client notices", async () => {
  expect(await faultsIn("code 999")).toEqual([]);
});

async function faultsIn(name: string): Promise<string[]> {
  const moodCase = moodCases.find((candidate) => candidate.name === name);
  if (moodCase === undefined) throw new Error(`no mood ${name}`);
  stage.backEnd.mood = () => moodCase.mood;
  return findFaults(await runLoad(stage, "asked", load), moodCase, 600);
}

async function askOnce(): Promise<void> {
  const peer = await stage.client("bob");
  await Promise.all([
    peer.call({ subscribe: { channel: "asked:again" } }),
    peer.call({ publish: { channel: "asked:again", data: 1 } }),
  ]);
  await peer.close();
}
