import { expect, test } from "vitest";
import { namesOfEveryObject } from "@switchyard/testkit/names-of-every-object";
import { flood, policy, steps, watch } from "./testing/watch-pool.ts";

test("slots that are all in use, and no more work than that, bring no process, however a look is rounded", () => {
  for (const busy of [30, 30.3, 45]) {
    const full = () => ({ processes: 3, backlog: { runnable: 1, oldestAgeMs: 100 }, work: { busy } });
    expect(
      watch(10, full).every(({ need, processes }) => need === 3 && processes === 3),
      `${busy}`,
    ).toBe(true);
  }
});

test("a process that stands still is not waited for", () => {
  const hung = ({ processes }: { processes: number }) => ({ ...flood(100_000)({ processes }), ready: processes - 1 });
  expect(steps(watch(30, hung))).toEqual([]);
  expect(steps(watch(30, (now) => ({ ...hung(now), silent: 1 })))).toEqual(["backlog 2", "backlog 4", "backlog 8"]);
});

test("on trial it says all the steps it would take, and does not judge what they have brought", () => {
  const stuck = () => ({
    backlog: { runnable: 1_500, oldestAgeMs: null },
    work: { busy: 10, attempts: 10, succeeded: 10, attemptSeconds: 10, succeededSeconds: 10 },
  });
  const wide = { ...policy, max: 64 };
  expect(watch(30, stuck, wide).at(-1)?.reason).toBe("no_gain");
  const trial = watch(30, stuck, { ...wide, isDryRun: true });
  expect(steps(trial)).toEqual(["backlog 2", "backlog 4", "backlog 8", "backlog 16", "backlog 31"]);
});

test("names that every object has are names of handlers like others", () => {
  for (const handler of namesOfEveryObject) {
    const waiting = { runnable: 50, handlers: [{ handler, runnable: 50, retrying: 0, oldestAgeMs: 100 }] };
    const ran = { attempts: 10, succeeded: 10, succeededSeconds: 20, attemptSeconds: 20 };
    expect(watch(2, () => ({ backlog: waiting }))[1], handler).toMatchObject({ need: 1 });
    // 2 s each fill 20 slots.
    const known = watch(2, () => ({ backlog: waiting, work: { handlers: Object.fromEntries([[handler, ran]]) } }));
    expect(known[1], handler).toMatchObject({ need: 2 });
  }
});
