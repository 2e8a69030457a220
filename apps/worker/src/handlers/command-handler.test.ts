import { readFileSync } from "node:fs";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test, vi } from "vitest";
import { createCommandHandler } from "./command-handler.ts";
import { attemptOf } from "../testing/attempt-of.ts";

// Every test starts a program, some start two, one after the other; on a busy machine each takes seconds.
vi.setConfig({ testTimeout: 30_000 });

const logger = createLogger({ app: "test", level: "silent" });

/** A command that runs this JavaScript. */
const node = (script: string) => commandOf([process.execPath, "-e", script]);
const commandOf = (command: readonly string[], cwd = process.cwd()) =>
  createCommandHandler({
    command,
    cwd,
    environment: { SWITCHYARD_TOKEN_SECRET: "secret", GREETING: "hello" },
    logger,
  });

/** A process that has ended and that nobody has collected yet counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

test("the task arrives as one line of JSON and the result comes back", async () => {
  const run = node(`
    const task = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify({ result: task }));
  `);
  expect(await run(attemptOf({ n: "語" }).attempt)).toEqual({
    kind: "succeeded",
    result: { id: "t_1", handler: "test", data: { n: "語" }, group: "g", attempt: 2, token: "7" },
  });
});

test("a program reads the JSON that was enqueued and its own JSON comes back, digit by digit", async () => {
  const dataJson = '{"id":9007199254740993,"price":1.0,"tiny":1e-400,"text":"\\u0000語"}';
  const { attempt } = attemptOf(null);
  const run = node(`
    const line = require("node:fs").readFileSync(0, "utf8");
    console.log('{"progress":50.0}');
    console.log('{"result":' + line.trim() + '}');
  `);
  const outcome = await run({ ...attempt, dataJson });
  expect(JSON.stringify(outcome)).toContain(
    `"data":{"id":9007199254740993,"price":1.0,"tiny":1e-400,"text":"\\u0000語"}`,
  );
});

test("a result that is nested too deep to be read elsewhere fails for good and says so", async () => {
  const run = node(`console.log('{"result":' + "[".repeat(600) + "1.0" + "]".repeat(600) + "}")`);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    code: "result_unserialisable",
    message: expect.stringContaining("512"),
    final: true,
  });
});

test.each([
  '{"result": {"mean": NaN}}',
  '{"result": {"mean": -Infinity}}',
  "{'result': 1}",
  '{"result": 1,}',
  '{"progress": 5}{"result": 1}',
  '{"result":}',
  `{\0"\0r\0e\0s\0u\0l\0t\0"\0:\0`,
])("a line that was meant as a result and is not JSON fails the task for good: %s", async (line) => {
  const run = node(`process.stdin.resume(); process.stdout.write(${JSON.stringify(line)} + "\\n")`);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    kind: "failed",
    code: "result_unserialisable",
    final: true,
  });
});

test("a result that is nested too deep for any reader fails the task for good", async () => {
  const run = node(`console.log('{"result":' + "[".repeat(100_000) + "]".repeat(100_000) + "}")`);
  expect(await run(attemptOf(null).attempt)).toMatchObject({ code: "result_unserialisable", final: true });
});

test("progress lines are reported in order, other lines do no harm, the last result counts", async () => {
  const { attempt, progress } = attemptOf(null);
  const run = node(`
    console.log("starting");
    console.log('{"progress":10}');
    console.log("{broken");
    console.log('{"other":1}');
    console.log('{"progress":90,"message":"nearly"}');
    console.log('{"result":1}');
    process.stdout.write('{"result":{"last":true}}');
  `);
  expect(await run(attempt)).toEqual({ kind: "succeeded", result: { last: true } });
  expect(progress).toEqual([
    [10, undefined],
    [90, "nearly"],
  ]);
});

test("an exit with 0 and no result is success with null, even when the task was not read", async () => {
  const { attempt } = attemptOf("x".repeat(200_000));
  expect(await node("process.exit(0)")(attempt)).toEqual({ kind: "succeeded", result: null });
});

test("another exit code fails the attempt with the code and the last line of stderr", async () => {
  const run = node(`
    console.error("a warning");
    console.error("disk full");
    console.log('{"result":"ignored"}');
    process.exitCode = 3;
  `);
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    kind: "failed",
    code: "handler_failed",
    message: expect.stringMatching(/exited with code 3: disk full$/),
    final: false,
  });
});

test("a program that was killed fails the attempt with the signal", async () => {
  const outcome = await node(`process.kill(process.pid, "SIGKILL")`)(attemptOf(null).attempt);
  expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("ended by SIGKILL") });
});

test("a program that does not exist fails the attempt and says so", async () => {
  const outcome = await commandOf(["no-such-program"])(attemptOf(null).attempt);
  expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("cannot start no-such-program") });
});

test("no shell reads the arguments", async () => {
  const run = commandOf([process.execPath, "-p", "JSON.stringify({result: process.argv[1]})", "$(id); `id`"]);
  expect(await run(attemptOf(null).attempt)).toMatchObject({ result: "$(id); `id`" });
});

test("our own variables stay with us, the others are inherited", async () => {
  const run = node(`
    const ours = Object.keys(process.env).filter((name) => name.startsWith("SWITCHYARD_"));
    console.log(JSON.stringify({ result: [ours, process.env.GREETING] }));
  `);
  expect(await run(attemptOf(null).attempt)).toMatchObject({ result: [[], "hello"] });
});

test("an abort ends the program and everything it has started, even what ignores SIGTERM", async () => {
  const abort = new AbortController();
  const { attempt, progress } = attemptOf(null, { signal: abort.signal });
  const run = node(`
    const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")';
    const child = require("node:child_process").spawn(process.execPath, ["-e", stubborn]);
    child.stdout.once("data", () => console.log(JSON.stringify({ progress: 1, message: String(child.pid) })));
    setInterval(() => {}, 1000);
  `);
  const outcome = run(attempt);
  const grandchild = await eventually(
    () => {
      expect(progress).toHaveLength(1);
      return Number(progress[0]?.[1]);
    },
    { timeoutMs: 20_000 },
  );
  abort.abort();
  expect(await outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("SIGTERM") });
  await eventually(() => expect(isAlive(grandchild)).toBe(false));
});

test("a progress bar of a megabyte on stderr harms nothing, and its last state explains a failure", async () => {
  const bar = (exitCode: number) =>
    node(`
      for (let step = 0; step <= 1000; step++) process.stderr.write("#".repeat(1200) + step + "%\\r");
      console.log('{"result":"done"}');
      process.exitCode = ${exitCode};
    `);
  expect(await bar(0)(attemptOf(null).attempt)).toEqual({ kind: "succeeded", result: "done" });
  expect(await bar(2)(attemptOf(null).attempt)).toMatchObject({ message: expect.stringMatching(/code 2: #+1000%$/) });
});

test.each(["stderr", "stdout"])(
  "a line of 1.2 MB that is not text on %s is not the result and harms nothing",
  async (stream) => {
    const run = node(`
    const bytes = Buffer.alloc(1_200_000, 0xff);
    process.${stream}.write(bytes, () => process.stdout.write('\\n{"result":"done"}'));
  `);
    expect(await run(attemptOf(null).attempt)).toEqual({ kind: "succeeded", result: "done" });
  },
);

test("a failure is explained in a few kilobytes, whatever was written", async () => {
  const run = node(`process.stderr.write("\\u{1f689}".repeat(300_000)); process.exitCode = 1;`);
  const outcome = await run(attemptOf(null).attempt);
  if (outcome.kind !== "failed") throw new Error("it failed");
  expect(outcome.message.length).toBeLessThan(5_000);
  expect(outcome.message.isWellFormed()).toBe(true);
});

test("a line of JSON over 1 MiB fails the task for good, before it has ended", async () => {
  const run = node(`
    process.stdout.write('{"result":"');
    const chunk = "x".repeat(65536);
    const write = () => { while (process.stdout.write(chunk)); process.stdout.once("drain", write); };
    write();
  `);
  expect(await run(attemptOf(null).attempt)).toMatchObject({ kind: "failed", code: "result_too_large", final: true });
});

test("an abort kills a program that ignores SIGTERM", async () => {
  const abort = new AbortController();
  const { attempt, progress } = attemptOf(null, { signal: abort.signal });
  const run = node(`
    process.on("SIGTERM", () => console.log('{"progress":50,"message":"no"}'));
    console.log('{"progress":1,"message":"up"}');
    setInterval(() => {}, 1000);
  `);
  const outcome = run(attempt);
  await eventually(() => expect(progress).toHaveLength(1), { timeoutMs: 20_000 });
  abort.abort();
  expect(await outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("SIGKILL") });
  expect(progress.at(-1)).toEqual([50, "no"]);
});

test("a program that takes its time over SIGTERM is told once", async () => {
  const abort = new AbortController();
  const { attempt, progress } = attemptOf(null, { signal: abort.signal });
  const run = node(`
    let told = 0;
    process.on("SIGTERM", () => {
      told += 1;
      if (told === 1) setTimeout(() => { console.log('{"progress":99,"message":"' + told + '"}'); process.exit(0); }, 800);
    });
    console.log('{"progress":1,"message":"up"}');
    setInterval(() => {}, 1000);
  `);
  const outcome = run(attempt);
  await eventually(() => expect(progress).toHaveLength(1), { timeoutMs: 20_000 });
  abort.abort();
  await outcome;
  expect(progress.at(-1)).toEqual([99, "1"]);
});

/** JavaScript that starts a program for a minute in a session of its own, as a daemon does, and tells its number. */
const daemon = (options = "{}") => `
  const daemon = require("node:child_process").spawn(
    process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { detached: true, stdio: "ignore", ...${options} });
  daemon.unref();
  console.log(JSON.stringify({ progress: 1, message: String(daemon.pid) }));
`;

test("a child in a session of its own is gone when its attempt has succeeded", async () => {
  const { attempt, progress } = attemptOf(null);
  expect(await node(`${daemon()}; console.log('{"result":1}')`)(attempt)).toMatchObject({ kind: "succeeded" });
  expect(isAlive(Number(progress[0]?.[1]))).toBe(false);
});

test.each([
  ["", "{}"],
  [" and without its environment", "{ env: {} }"],
])("a child in a session of its own%s is ended by an abort", async (_case, options) => {
  const abort = new AbortController();
  const { attempt, progress } = attemptOf(null, { signal: abort.signal });
  const outcome = node(`${daemon(options)}; setInterval(() => {}, 1000);`)(attempt);
  await eventually(() => expect(progress).toHaveLength(1), { timeoutMs: 20_000 });
  abort.abort();
  expect(await outcome).toMatchObject({ kind: "failed" });
  expect(isAlive(Number(progress[0]?.[1]))).toBe(false);
});

test("what another attempt has started is left alone", async () => {
  const abort = new AbortController();
  const { attempt, progress } = attemptOf(null, { signal: abort.signal });
  const longer = node(`${daemon()}; setInterval(() => {}, 1000);`)(attempt);
  await eventually(() => expect(progress).toHaveLength(1), { timeoutMs: 20_000 });
  await node("process.exit(0)")(attemptOf(null).attempt);
  expect(isAlive(Number(progress[0]?.[1]))).toBe(true);
  abort.abort();
  await longer;
});

test("a program that leaves a child with its output open does not hold the attempt, and the child is ended", async () => {
  const { attempt, progress } = attemptOf(null);
  const run = node(`
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "inherit" });
    child.unref();
    console.log(JSON.stringify({ progress: 1, message: String(child.pid) }));
    console.log('{"result":"done"}');
  `);
  const begun = performance.now();
  expect(await run(attempt)).toEqual({ kind: "succeeded", result: "done" });
  // A third of the child's life; how soon it is does not show on a busy machine.
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(isAlive(Number(progress[0]?.[1]))).toBe(false);
});
