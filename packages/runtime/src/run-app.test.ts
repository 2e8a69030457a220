import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

const app = `
  import { runApp } from ${JSON.stringify(new URL("./run-app.ts", import.meta.url).href)};
  await runApp({
    name: "test",
    environment: {},
    async start({ logger }) {
      const text = "x".repeat(20_000);
      setInterval(() => logger.info({ text }, "a line"), 1);
      process.on("SIGUSR2", () => setInterval(() => { throw new Error("a defect"); }, 1));
      return { drain: async () => {} };
    },
  });
`;

/** Says much, as long as it runs. */
function startTalker() {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", app], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, ended: once(child, "close") };
}

test("a process ends on a signal although whoever read its log is gone", async () => {
  const { child, ended } = startTalker();
  await once(child.stdout, "data");
  child.stdout.destroy();
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("and although whoever should read it does not", async () => {
  const { child, ended } = startTalker();
  await once(child.stdout, "data");
  child.stdout.pause();
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("after an uncaught error, and others while it is written, it ends with 1, and after a second signal with 130, whoever reads its log", async () => {
  const ends = [["SIGUSR2"], ["SIGTERM", "SIGTERM"]] as const;
  const codes = ends.map(async (signals) => {
    const { child, ended } = startTalker();
    await once(child.stdout, "data");
    child.stdout.destroy();
    for (const signal of signals) child.kill(signal);
    return ended;
  });
  const [crashed, forced] = await Promise.all(codes);
  expect(crashed).toEqual([1, null]);
  // The second may find it stopped.
  expect([0, 130]).toContain(forced?.[0]);
});

test("of errors that come one after the other the first is read, and nothing behind it", async () => {
  const { child, ended } = startTalker();
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(child.stdout, "data");
  child.kill("SIGUSR2");
  expect(await ended).toEqual([1, null]);
  expect(text.split('"msg":"uncaught error"')).toHaveLength(2);
  expect(text.trimEnd().split("\n").at(-1)).toContain("a defect");
});

test("what is logged last is read", async () => {
  const { child, ended } = startTalker();
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(text.trimEnd().split("\n").at(-1)).toContain('"msg":"stopped"');
});
