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

test("an uncaught exception of PHP fails the attempt with its message, and the last lines of stderr are kept for the log", async () => {
  const { run } = recorded(`
    console.error("PHP Fatal error:  Uncaught RuntimeException: database is away in /srv/hello.php:3");
    console.error("Stack trace:\\n#0 {main}\\n  thrown in /srv/hello.php on line 3");
    process.exitCode = 255;
  `);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    message: expect.stringMatching(
      /exited with code 255: PHP Fatal error: {2}Uncaught RuntimeException: database is away/,
    ),
    detail: {
      stderr: [expect.stringContaining("is away"), "Stack trace:", "#0 {main}", expect.stringMatching(/^thrown/)],
    },
  });
});

test("a program that explains itself on stdout alone fails with that line", async () => {
  const { run } = recorded(`console.log("Could not open input file: hello.php"); process.exitCode = 1;`);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    message: expect.stringMatching(/exited with code 1: Could not open input file: hello\.php$/),
  });
});

test("a failure is explained by the last line that says something", async () => {
  const { run } = recorded(`console.error("disk full\\n\\n  \\n"); process.exitCode = 1;`);
  expect(await run(attemptOf(null).attempt)).toMatchObject({ message: expect.stringMatching(/code 1: disk full$/) });
});

test("a program that writes text and no result succeeds with null, and the log says so once", async () => {
  const { lines, run } = recorded(`console.log("hello")`);
  for (let time = 0; time < 2; time++) {
    expect(await run(attemptOf(null).attempt)).toEqual({ kind: "succeeded", result: null });
  }
  expect(lines).toMatchObject([{ level: "warn", text: expect.stringContaining("no line of JSON") }]);
});

test("a program whose attempt was over before it began is ended at once", async () => {
  const { run } = recorded(`setInterval(() => {}, 1000)`);
  const signal = AbortSignal.abort(new Error("the task was cancelled"));
  expect(await run(attemptOf(null, { signal }).attempt)).toMatchObject({ message: expect.stringContaining("SIGTERM") });
});

test.each([
  ["half a surrogate pair", `Buffer.from('{"result":"a\\\\ud800"}')`, "half a surrogate pair"],
  ["a byte that is not UTF-8", `Buffer.from('{"result":"caf\\xe9"}', "latin1")`, "not UTF-8"],
])("a result with %s fails the task for good and says so", async (_what, line, reason) => {
  const { run } = recorded(`process.stdin.resume(); process.stdout.write(${line})`);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    kind: "failed",
    code: "result_unserialisable",
    message: expect.stringContaining(reason),
    final: true,
  });
});

test("of progress whose message is not UTF-8 the percent counts, and the work goes on", async () => {
  const { attempt, progress } = attemptOf(null);
  const { run } = recorded(`
    process.stdin.resume();
    process.stdout.write(Buffer.from('{"progress":40,"message":"caf\\xe9"}\\n', "latin1"));
    process.stdout.write('{"result":1}');
  `);
  expect(await run(attempt)).toEqual({ kind: "succeeded", result: 1 });
  expect(progress).toEqual([[40, undefined]]);
});

test("what a program says beside its lines of JSON is kept for whoever looks at its attempt", async () => {
  const { attempt, log } = attemptOf(null);
  const { run } = recorded(
    `console.log("opening"); console.log('{"progress":50}'); console.error("no disk"); process.exitCode = 1`,
  );
  expect(await run(attempt)).toMatchObject({ kind: "failed" });
  expect(log.toSorted()).toEqual(["no disk", "opening"]);
});
