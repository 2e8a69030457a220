import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { Settings } from "@switchyard/runtime/settings";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

/**
 * Every line that docs/how-to/server-api.md and docs/how-to/connections.md ask people to paste is taken out of its page and run behind
 * the page's first block of that language, with only the address replaced, while Ann has three tabs open in the lobby. The answer must
 * be the one the page shows, but for offsets, epochs and ids.
 */

interface Pasted {
  readonly definitions: string;
  readonly code: string;
  /** What the block right behind it shows. */
  readonly answer: unknown;
}

function pageOf(name: string): string {
  return readFileSync(new URL(`../docs/how-to/${name}`, import.meta.url), "utf8");
}

function pastedOf(page: string, language: string): Pasted[] {
  const blocks = Array.from(page.matchAll(/^```([a-z ]+)\n([\s\S]*?)^```/gm), ([, tag = "", code = ""]) => ({
    tag,
    code,
  }));
  const [first, ...lines] = blocks.flatMap(({ tag, code }, index) => {
    const next = blocks[index + 1];
    const answer = next?.tag === "json" ? (JSON.parse(next.code) as unknown) : undefined;
    return tag === language ? [{ code: code.trim(), answer }] : [];
  });
  return lines.map((line) => ({ ...line, definitions: first?.code ?? "" }));
}

const guide = pageOf("server-api.md");
const pages = [guide, pageOf("connections.md")];
const inShell = pages.flatMap((page) => pastedOf(page, "sh"));
const inPhp = pages.flatMap((page) => pastedOf(page, "php"));
const inPython = pages.flatMap((page) => pastedOf(page, "python"));

let hub: Hub;
let tabs: CentrifugePeer[];
let client: string;

beforeAll(async () => {
  const chat = { name: "chat", allow_subscribe_for_client: true, history_size: 50, history_ttl: "1h", presence: true };
  const settings = { channel: { namespaces: [chat] }, events: { channel_index: true } };
  hub = await startHub({ gateways: 2, workers: 0, settings });
});
afterAll(() => hub?.close());

beforeEach(async () => {
  tabs = await Promise.all([0, 0, 1].map((gateway) => connectPeer(hub.websocketUrl(gateway))));
  const clients: string[] = [];
  for (const tab of tabs) {
    const { connect } = await tab.call({ connect: { token: hub.token("ann") } });
    client = (connect as { client: string }).client;
    clients.push(client);
    await tab.call({ subscribe: { channel: "chat:lobby" } });
  }
  // The indexes are a moment behind.
  await eventually(async () => {
    const { body } = await hub.get("/v1/users/ann/connections");
    const listed = (body as { connections: { client: string }[] }).connections.map((one) => one.client);
    const lobby = JSON.stringify((await hub.get("/v1/channels")).body);
    if (new Set(listed).symmetricDifference(new Set(clients)).size === 0 && lobby.includes('"subscriptions":3')) return;
    throw new Error(`${listed.length} tabs, ${lobby}`);
  });
});
afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.close()));
});

async function run(command: string, ...options: string[]): Promise<string> {
  const env = {
    PATH: process.env["PATH"],
    SWITCHYARD_API_KEY: hub.apiKey,
    SWITCHYARD_URL: hub.api.url,
    CLIENT: client,
  };
  return (await promisify(execFile)(command, options, { env })).stdout;
}

test.each(inShell)("$code", async ({ definitions, code, answer }) => {
  const reply: unknown = JSON.parse(await run("sh", "-c", `${definitions}\n${code}`));
  expect(JSON.stringify(reply)).not.toMatch(/"code":107|"code":"/);
  expect(withoutIds(reply)).toEqual(withoutIds(answer ?? reply));
});

/** What the pages say of Ann; a warning would be printed too. */
const said = /^(?:|seen on 3 screens\n|ann\n|ann is here\nnobody is away\n|(?:centrifuge by websocket\n){3})$/;

test.each(inPhp)("in PHP: $code", async ({ definitions, code }) => {
  expect(await run("php", "-r", `${definitions}\n${code}`)).toMatch(said);
});

test.each(inPython)("in Python: $code", async ({ definitions, code }) => {
  expect(await run("python3", "-c", `${definitions}\n${code}`)).toMatch(said);
});

test("there are lines of each language on each page", () => {
  for (const page of pages) expect([pastedOf(page, "sh").length, pastedOf(page, "php").length]).not.toContain(0);
  expect(inPython.length).toBeGreaterThan(3);
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

/** Positions depend on what ran before, and ids and times on chance. */
function withoutIds(answer: unknown): unknown {
  const ofChance = ["offset", "epoch", "publications", "client", "node"];
  const times = ["connectedAtMs", "connectedAt", "expiresAtMs", "expiresAt"];
  const hidden = new Set([...ofChance, ...times]);
  const isHidden = (key: string, value: unknown) => hidden.has(key) || (key === "cursor" && value !== null);
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => (isHidden(key, value) ? typeof value : value));
}

test("an error of the API is what the function of each language throws", async () => {
  const [, page = ""] = pages;
  const text = "no connection has this id";
  const [php, python] = [pastedOf(page, "php")[0]?.definitions, pastedOf(page, "python")[0]?.definitions];
  await expect(run("php", "-r", `${php}\nhub('GET', 'connections/nobody');`)).rejects.toThrow(text);
  await expect(run("python3", "-c", `${python}\nhub("GET", "connections/nobody")`)).rejects.toThrow(text);
});
