import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, onTestFinished, test } from "vitest";
import { PoolProcess, type ProcessEnd } from "./pool-process.ts";
import { ProcessSupervisor } from "./process-supervisor.ts";

test("a process that answers nothing is killed after the time it has, and another is started for it", async () => {
  const main = join(mkdtempSync(join(tmpdir(), "pool-")), "mute.mjs");
  writeFileSync(main, "setInterval(() => {}, 1_000); process.on('message', () => {});");
  const supervisor = new ProcessSupervisor({
    start: (number) => new PoolProcess(main, { pool: "test", number }),
    drainTimeoutMs: 0,
    graceMs: 0,
    silentMaxMs: 2_000,
    logger: createLogger({ app: "test", level: "silent" }),
    onEnded: () => undefined,
  });
  onTestFinished(() => {
    supervisor.resize(0);
    for (const process of supervisor.processes) process.kill();
  });
  supervisor.resize(1);
  const [mute] = supervisor.processes;
  supervisor.endSilent();
  expect(mute?.unanswered).toBe(0);

  expect(await mute?.ask("readiness")).toBeUndefined();
  expect(mute?.unanswered).toBe(0);
  expect(await mute?.ask("load")).toBeUndefined();
  supervisor.endSilent();
  expect(await mute?.ended).toMatchObject({ how: "SIGKILL" });
  await eventually(() => {
    const [another] = supervisor.processes;
    expect(another?.pid).not.toBe(mute?.pid);
    expect(another?.number).toBe(1);
  });
});

test("one that has never taken a task was not able to start, however long that took, and the next waits longer and longer", async () => {
  const warnings: { restartMs: number; wasReady: boolean }[] = [];
  const deaths: ((end: ProcessEnd) => void)[] = [];
  const supervisor = new ProcessSupervisor({
    start: (number) => {
      const { promise: ended, resolve } = Promise.withResolvers<ProcessEnd>();
      deaths.push(resolve);
      // Forked a minute ago.
      const startedAtMs = performance.now() - 60_000;
      const stop = () => resolve({ how: 0, workedMs: undefined });
      return { number, pid: number, state: "starting", startedAtMs, ended, stop } as PoolProcess;
    },
    drainTimeoutMs: 0,
    graceMs: 0,
    silentMaxMs: 1_000,
    logger: { info: () => undefined, warn: (circumstances: object) => warnings.push(circumstances as never) } as never,
    onEnded: () => undefined,
  });
  supervisor.resize(4);
  deaths[0]?.({ how: 9, workedMs: undefined });
  deaths[1]?.({ how: 9, workedMs: 9_999 });
  await eventually(() => expect(warnings.map(({ restartMs }) => restartMs)).toEqual([1_000, 2_000]));
  expect(warnings.map(({ wasReady }) => wasReady)).toEqual([false, true]);
  expect(supervisor.earlyDeaths).toBe(2);
  deaths[2]?.({ how: 9, workedMs: 10_000 });
  await eventually(() => expect(warnings[2]).toMatchObject({ restartMs: 0 }));
  expect(supervisor.earlyDeaths).toBe(2);
  await supervisor.stop();
});
