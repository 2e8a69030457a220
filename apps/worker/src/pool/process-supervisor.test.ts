import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, onTestFinished, test } from "vitest";
import { PoolProcess } from "./pool-process.ts";
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
