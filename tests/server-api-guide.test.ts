import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { Settings } from "@switchyard/runtime/settings";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

/**
 * Every line that docs/how-to/server-api.md asks people to paste is taken out of it and run, with only the address replaced,
 * while Ann has three tabs open in the lobby. The answer must be the one the page shows, but for offsets, epochs and ids.
 */

const guide = readFileSync(new URL("../docs/how-to/server-api.md", import.meta.url), "utf8");
const blocks = Array.from(guide.matchAll(/^```([a-z ]+)\n([\s\S]*?)^```/gm), ([, language = "", code = ""]) => ({
  language,
  code,
}));
const [defineHub, ...lines] = blocks.filter(({ language }) => language === "sh").map(({ code }) => code);
const [definePhpHub, ...scripts] = blocks.filter(({ language }) => language === "php").map(({ code }) => code);
const shown = lines.map((line) => {
  const next = blocks[blocks.findIndex(({ code }) => code === line) + 1];
  return { line: line.trim(), answer: next?.language === "json" ? (JSON.parse(next.code) as unknown) : undefined };
});

let hub: Hub;
let tabs: CentrifugePeer[];
let client: string;

beforeAll(async () => {
  const chat = { name: "chat", allow_subscribe_for_client: true, history_size: 50, history_ttl: "1h", presence: true };
  hub = await startHub({ gateways: 2, workers: 0, settings: { channel: { namespaces: [chat] } } });
});
afterAll(() => hub?.close());

beforeEach(async () => {
  tabs = await Promise.all([0, 0, 1].map((gateway) => connectPeer(hub.websocketUrl(gateway))));
  for (const tab of tabs) {
    const { connect } = await tab.call({ connect: { token: hub.token("ann") } });
    client = (connect as { client: string }).client;
    await tab.call({ subscribe: { channel: "chat:lobby" } });
  }
});
afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.close()));
});

async function run(command: string, ...options: string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], SWITCHYARD_API_KEY: hub.apiKey, CLIENT: client };
  const local = options.map((option) => option.replaceAll("http://localhost:8000", hub.api.url));
  return (await promisify(execFile)(command, local, { env })).stdout;
}

test.each(shown)("$line", async ({ line, answer }) => {
  const reply: unknown = JSON.parse(await run("sh", "-c", `${defineHub}\n${line}`));
  expect(JSON.stringify(reply)).not.toContain('"code":107');
  expect(withoutIds(reply)).toEqual(withoutIds(answer ?? reply));
});

test.each(scripts)("in PHP: %s", async (script) => {
  // A warning would be printed too.
  expect(await run("php", "-r", `${definePhpHub}\n${script}`)).toMatch(/^(|seen on 3 screens\n|ann\n)$/);
});

test("every scope is in the table of the page", () => {
  const { scopes } = Settings.properties.http_api.properties.keys.items.properties;
  const listed = Array.from(guide.matchAll(/^\| `(\w+)` +\|/gm), ([, scope]) => scope);
  expect(listed).toEqual(scopes.items.anyOf.map(({ const: scope }) => scope));
});

test("every command that is there is on the page", async () => {
  const { body } = await hub.get("/docs/json");
  const paths = Object.keys((body as { paths: object }).paths).filter((path) => path.startsWith("/api/"));
  const missing = paths.map((path) => path.slice("/api/".length)).filter((name) => !guide.includes(`hub ${name} '`));
  // Shown in PHP alone.
  expect(missing).toEqual(["presence"]);
  expect(guide).toContain("hub('presence'");
});

/** Positions depend on what ran before, and ids on chance. */
function withoutIds(answer: unknown): unknown {
  const hidden = new Set(["offset", "epoch", "publications"]);
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => (hidden.has(key) ? typeof value : value));
}
