import { namesOfEveryObject } from "@switchyard/testkit/names-of-every-object";
import { expect, test } from "vitest";
import type { ProcessLoad } from "./pool-message.ts";
import type { SupervisedProcess } from "./process-supervisor.ts";
import { createSampler } from "./take-sample.ts";

const rssBytes = 100 * 1_024 * 1_024;
const backlog = { runnable: 0, retrying: 0, handlers: [], remembered: new Map(), oldestAgeMs: null };

function stand(load: () => Partial<ProcessLoad> | undefined, unanswered = () => 0) {
  const answer = () => {
    const says = load();
    const whole = { running: 0, busySeconds: 0, busyRetryingSeconds: 0, cpuSeconds: 0, handlers: {}, rssBytes };
    return Promise.resolve(says === undefined ? undefined : { ...whole, ...says });
  };
  return {
    state: "ready" as const,
    ask: answer,
    get unanswered() {
      return unanswered();
    },
  } as unknown as SupervisedProcess;
}

function sampler(processes: readonly SupervisedProcess[]) {
  const supervisor = { processes: new Set(processes), wanted: processes.length, earlyDeaths: 0 };
  return createSampler({ supervisor, readBacklog: () => Promise.resolve(backlog) });
}

test("a process that answers for the first time counts with the slots it uses now, not with all the time it had them", async () => {
  const handlers = { work: { attempts: 40, succeeded: 40, succeededSeconds: 2, attemptSeconds: 2 } };
  const sample = sampler([stand(() => ({ running: 10, busySeconds: 67, busyRetryingSeconds: 33.5, handlers }))]);
  const { work } = await sample();
  expect(work.busy).toBeCloseTo(10);
  expect(work.busyRetrying).toBeCloseTo(5);
  expect(work.handlers.get("work")?.attempts).toBe(40);
});

test("what a process computes while it starts is none of its handlers' doing, whether they do anything or not", async () => {
  for (const busySeconds of [0, 0.5]) {
    const sample = sampler([stand(() => ({ running: 1, busySeconds, cpuSeconds: 1e6 }))]);
    expect((await sample()).room.isComputing).toBe(false);
  }
  let cpuSeconds = 1;
  const computing = sampler([stand(() => ({ cpuSeconds: (cpuSeconds += 1e6) }))]);
  await computing();
  expect((await computing()).room.isComputing).toBe(true);
});

test("what ended is counted by handler, whatever the handlers are called", async () => {
  let attempts = 0;
  const load = () => {
    const work = { attempts: (attempts += 5), succeeded: 0, succeededSeconds: 0, attemptSeconds: 1 };
    return { handlers: Object.fromEntries(namesOfEveryObject.map((name) => [name, work])) };
  };
  const sample = sampler([stand(load), stand(load)]);
  await sample();
  const { handlers } = (await sample()).work;
  for (const name of namesOfEveryObject) expect(handlers.get(name), name).toMatchObject({ attempts: 20 });
});

test("one that has left five looks unanswered stands still, and one that has left four may be starting", async () => {
  for (const [looks, silent] of [
    [4, 0],
    [5, 1],
  ] as const) {
    const sample = sampler([
      stand(() => ({})),
      stand(
        () => undefined,
        () => looks,
      ),
    ]);
    expect(await sample()).toMatchObject({ ready: 1, silent });
  }
});
