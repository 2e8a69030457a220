import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCatalog } from "./catalog.ts";
import { attemptOf } from "./testing/attempt-of.ts";

const settings = checkSettings({});
const logger = createLogger({ app: "test", level: "silent" });
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "switchyard-catalog-"));
  const files = {
    "echo.mjs": "export default (data, { attempt, group, token }) => ({ data, attempt, group, token });",
    "throws.mjs": 'export default () => { throw new Error("no disk"); };',
    "hostile.mjs": `
      const thrower = () => { throw new Error("from a getter"); };
      const things = {
        object: () => ({ code: 1, message: "x" }),
        null: () => null,
        text: () => "no disk",
        huge: () => new Error("x".repeat(5_000_000)),
        cause: () => new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") }),
        getters: () => Object.defineProperties(new Error("x"), { message: { get: thrower }, stack: { get: thrower } }),
        proxy: () => new Proxy({}, { get: thrower, has: thrower, getPrototypeOf: thrower, ownKeys: thrower }),
        bare: () => Object.create(null),
      };
      export default (data) => { throw things[data](); };`,
    "named.mjs": "export const handler = () => 1;",
    "broken.mjs": 'import "./not-there.mjs";',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)));
});
afterAll(() => rm(directory, { recursive: true }));

const catalogOf = (module: string) =>
  createCatalog({
    handlers: { test: { kind: "module", module } },
    tasks: settings.tasks,
    logger,
    directory,
    environment: {},
  });

test("a module's function gets data and context, its return value is the result", async () => {
  const { run } = await catalogOf("./echo.mjs");
  expect(await run(attemptOf({ n: 1 }).attempt)).toEqual({
    kind: "succeeded",
    result: { data: { n: 1 }, attempt: 2, group: "g", token: "7" },
  });
});

test("an error a module throws is a failed attempt with its message", async () => {
  const { run } = await catalogOf("./throws.mjs");
  expect(await run(attemptOf(null).attempt)).toMatchObject({ kind: "failed", message: "no disk", final: false });
});

test.each([
  ["object", "x"],
  ["null", "null was thrown"],
  ["text", "no disk"],
  ["huge", "x".repeat(2_000)],
  ["cause", "fetch failed: connect ECONNREFUSED"],
  ["getters", "Error"],
  ["proxy", "Proxy({})"],
  ["bare", "[Object: null prototype] {}"],
])("a module that throws %s fails its attempt with a text that can be read", async (thing, message) => {
  const { run } = await catalogOf("./hostile.mjs");
  const { detail: _, ...outcome } = (await run(attemptOf(thing).attempt)) as { readonly detail?: unknown };
  expect(outcome).toEqual({ kind: "failed", code: "handler_failed", message, final: false });
});

test("an unknown handler fails for good and the message says where to declare it", async () => {
  const { run } = await catalogOf("./echo.mjs");
  expect(await run(attemptOf(null, { handler: "tset" }).attempt)).toMatchObject({
    code: "handler_unknown",
    message: expect.stringContaining("`handlers`"),
    final: true,
  });
});

test.each([
  ["is missing", "./missing.mjs", "does not exist"],
  ["imports what is missing", "./broken.mjs", "cannot be loaded"],
  ["exports no function by default", "./named.mjs", "has no function as its default export"],
])("a module that %s stops the start and the message names the handler", async (_case, module, problem) => {
  await expect(catalogOf(module)).rejects.toThrow(new RegExp(`^handlers\\.test\\.module: .*${problem}`));
});
