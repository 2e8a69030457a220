import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/**
 * Every block of docs/recipes is taken out of its page and run behind the page's first block, with only the addresses
 * replaced. Where the page shows what comes of it, that must come of it, but for ids, tokens and times.
 */

let hub: Hub;

beforeAll(async () => {
  const development = JSON.parse(readFileSync(new URL("../switchyard.dev.json", import.meta.url), "utf8")) as object;
  hub = await startHub({ gateways: 1, settings: development as Record<string, unknown> });
});
afterAll(() => hub?.close());

interface Recipe {
  readonly code: string;
  /** The block right behind it, if that shows what comes of it. */
  readonly shown: string | undefined;
}

function recipesOf(page: string, language: string): { readonly definitions: string; readonly recipes: Recipe[] } {
  const text = readFileSync(new URL(`../docs/recipes/${page}`, import.meta.url), "utf8");
  const blocks = Array.from(text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm), ([, name, code = ""]) => ({ name, code }));
  const [first, ...recipes] = blocks.flatMap(({ name, code }, index) => {
    const next = blocks[index + 1];
    const shown = next?.name === "text" || next?.name === "json" ? next.code : undefined;
    return name === language ? [{ code, shown }] : [];
  });
  if (first === undefined || recipes.length < 4) throw new Error(`${page} has too few ${language} blocks`);
  return { definitions: first.code, recipes };
}

async function run(command: string, option: string, code: string): Promise<string> {
  const local = code
    .replaceAll("127.0.0.1:8079", `127.0.0.1:${hub.redis.port}`)
    .replaceAll("port=8079", `port=${hub.redis.port}`);
  const env = { PATH: process.env["PATH"], SWITCHYARD_API_KEY: hub.apiKey, SWITCHYARD_URL: hub.api.url };
  const { stdout, stderr } = await promisify(execFile)(command, [option, local], { env, timeout: 30_000 });
  expect(stderr).toBe("");
  return stdout;
}

describe("curl", () => {
  const { definitions, recipes } = recipesOf("curl.md", "sh");
  const paste = (code: string) => run("sh", "-c", `${definitions}\n${code}`);
  test.each(recipes.filter(({ shown }) => shown?.startsWith("{")))("$code", async ({ code, shown = "" }) => {
    expect(withoutChance(JSON.parse(await paste(code)))).toEqual(withoutChance(JSON.parse(shown)));
  });
  test.each(recipes.filter(({ shown }) => shown !== undefined && !shown.startsWith("{")))(
    "$code",
    async ({ code, shown = "" }) => {
      expect(withoutSpeed(await paste(code))).toBe(withoutSpeed(shown));
    },
  );
  test.each(recipes.filter(({ shown }) => shown === undefined))("%j", async ({ code }) => {
    const answers = (await paste(code)).split("\n").map((line) => JSON.parse(line) as object);
    // Every call answers with what it is about; a refusal has nothing but its error.
    for (const answer of answers) expect(Object.keys(answer)).not.toEqual(["error"]);
    expect(answers.length).toBe(code.split("\n").filter((line) => line.startsWith("hub ")).length);
  });
});

describe("PHP", () => {
  const { definitions, recipes } = recipesOf("php.md", "php");
  test.each(recipes)("$code", async ({ code, shown }) => {
    expect(withoutSpeed(await run("php", "-r", `${definitions}\n${code}`))).toBe(withoutSpeed(shown ?? ""));
  });
});

describe("Python", () => {
  const { definitions, recipes } = recipesOf("python.md", "python");
  test.each(recipes)("$code", async ({ code, shown }) => {
    expect(withoutSpeed(await run("python3", "-c", `${definitions}\n${code}`))).toBe(withoutSpeed(shown ?? ""));
  });
});

describe("Node", () => {
  const { definitions, recipes } = recipesOf("node.md", "js");
  test.each(recipes)("$code", async ({ code, shown }) => {
    expect(withoutSpeed(await run(process.execPath, "-e", `${definitions}\n${code}`))).toBe(withoutSpeed(shown ?? ""));
  });
});

test("plain Redis commands put a task into its group, and its record says what became of it", async () => {
  const page = readFileSync(new URL("../docs/recipes/redis.md", import.meta.url), "utf8");
  const [enqueue = "", read = ""] = Array.from(page.matchAll(/^```redis\n([\s\S]*?)^```/gm), ([, code]) => code);
  const commands = (code: string) => code.trim().split("\n").map(wordsOf);
  const redis = new Redis(hub.redis.url);
  try {
    for (const [name = "", ...words] of commands(enqueue)) await redis.call(name, ...words);
    const { body } = await eventually(async () => {
      const answer = await hub.get("/v1/tasks/shop-5f1c9?wait=10");
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(body).toMatchObject({ status: "succeeded", group: "customer-7", attempts: 5, result: { ok: true } });
    const [name = "", ...words] = commands(read)[0] ?? [];
    const text = (await redis.call(name, ...words)) as string;
    // The answer has each time as ISO 8601 too.
    expect(body).toMatchObject(JSON.parse(text.split("\n")[0] ?? "") as object);
    expect(body).toMatchObject({ percent: 100, error: null, attempt: 1, result: { echo: { order: 1042 } } });
  } finally {
    redis.disconnect();
  }
});

/** Words as redis-cli reads them: apart by spaces, or within single quotes. */
function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? "");
}

function withoutChance(answer: unknown): unknown {
  const byChance = new Set([
    "id",
    "channel",
    "token",
    "offset",
    "epoch",
    "enqueuedAt",
    "enqueuedAtMs",
    "startedAt",
    "startedAtMs",
    "finishedAt",
    "finishedAtMs",
  ]);
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => (byChance.has(key) ? typeof value : value));
}

/** How far a task is when somebody looks depends on the machine; that it is seen on its way and at its end does not. */
function withoutSpeed(output: string): string {
  return output.replaceAll(/(?:^(?:queued|running) (?:\d+|null)%\n)+/gm, "running\n");
}
