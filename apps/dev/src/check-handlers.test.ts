import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { checkHandlers } from "./check-handlers.ts";

// Every case starts a Node; on a busy machine each takes seconds.
vi.setConfig({ testTimeout: 60_000 });

async function check(source: string, file = "greet.ts"): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-check-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const config = join(directory, "settings.json");
  await writeFile(config, JSON.stringify({ handlers: { greet: { kind: "module", module: `./${file}` } } }));
  await writeFile(join(directory, file), source);
  return checkHandlers({ SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: "redis://127.0.0.1:1" });
}

test("handlers that load are fine, without a Redis, and whatever they hold open", async () => {
  expect(await check("setInterval(() => undefined, 1_000);\nexport default (data: unknown) => data;")).toBeUndefined();
});

test.each<[string, string, RegExp, string?]>([
  [
    "a slip in TypeScript",
    "export default (data: unknown) => {\n  return [1, 2;\n};",
    /greet\.ts:2:15 cannot be loaded: /,
  ],
  [
    "a slip in JavaScript",
    "export default () => 1;\nlet a = 1; let a = 2;",
    /greet\.mjs:2:16 cannot be loaded: /,
    "greet.mjs",
  ],
  ["an error at its top", 'throw new Error("no licence");\nexport default () => 1;', /cannot be loaded: no licence$/],
  ["no default export", "export const greet = 1;", /has no function as its default export$/],
])("%s is told with the handler's name and where it is", async (_what, source, problem, file = "greet.ts") => {
  const told = await check(source, file);
  expect(told).toMatch(/^handlers\.greet\.module: /);
  expect(told).toMatch(problem);
  expect(told?.split(file)).toHaveLength(2);
});
