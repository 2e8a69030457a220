import type { Logger } from "@switchyard/runtime/logger";
import { expect, test, vi } from "vitest";
import { createCommandHandler } from "./command-handler.ts";
import { attemptOf } from "../testing/attempt-of.ts";

// Every test starts a program; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 30_000 });

/** A command that runs this JavaScript, with what is logged at warn or above. */
function recorded(script: string) {
  const lines: Record<string, unknown>[] = [];
  const told = (level: string) => (details: object | string, text?: string) =>
    void lines.push({ level, ...(typeof details === "string" ? { text: details } : { ...details, text }) });
  const nothing = () => undefined;
  const own = { debug: nothing, info: nothing, warn: told("warn"), error: told("error"), child: () => own };
  const run = createCommandHandler({
    command: [process.execPath, "-e", script],
    cwd: process.cwd(),
    environment: {},
    logger: own as unknown as Logger,
  });
  return { lines, run };
}

test("an uncaught exception of PHP fails the attempt with its message, and the log has it at warn", async () => {
  const { lines, run } = recorded(`
    console.error("PHP Fatal error:  Uncaught RuntimeException: database is away in /srv/hello.php:3");
    console.error("Stack trace:\\n#0 {main}\\n  thrown in /srv/hello.php on line 3");
    process.exitCode = 255;
  `);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    message: expect.stringMatching(
      /exited with code 255: PHP Fatal error: {2}Uncaught RuntimeException: database is away/,
    ),
  });
  expect(lines).toEqual([
    expect.objectContaining({ level: "warn", text: "handler failed", error: expect.stringContaining("is away") }),
  ]);
});

test("a program that explains itself on stdout alone fails with that line", async () => {
  const { run } = recorded(`console.log("Could not open input file: hello.php"); process.exitCode = 1;`);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    message: expect.stringMatching(/exited with code 1: Could not open input file: hello\.php$/),
  });
});

test("a program that writes text and no result succeeds with null, and the log says so once", async () => {
  const { lines, run } = recorded(`console.log("hello")`);
  for (let time = 0; time < 2; time++) {
    expect(await run(attemptOf(null).attempt)).toEqual({ kind: "succeeded", result: null });
  }
  expect(lines).toMatchObject([{ level: "warn", text: expect.stringContaining("no line of JSON") }]);
});

test("an attempt whose task was cancelled is not logged as a failure, one that took too long is", async () => {
  const { lines, run } = recorded(`setInterval(() => {}, 1000)`);
  await run(attemptOf(null, { signal: AbortSignal.abort(new Error("the task was cancelled")) }).attempt);
  expect(lines).toEqual([]);
  await run(attemptOf(null, { signal: AbortSignal.timeout(20) }).attempt);
  expect(lines).toMatchObject([{ level: "warn", text: "handler failed" }]);
});
