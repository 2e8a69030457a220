import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What the README asks people to paste is taken out of it and run, with only the address replaced. */

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const development = JSON.parse(readFileSync(new URL("../switchyard.dev.json", import.meta.url), "utf8")) as Record<
  string,
  unknown
>;
let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ gateways: 1, settings: development });
});
afterAll(() => hub?.close());

/** The first code block of a language that contains a word. */
function block(language: string, word: string): string {
  const blocks = Array.from(
    readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm")),
    ([, code]) => code ?? "",
  );
  const found = blocks.find((code) => code.includes(word));
  if (found === undefined) throw new Error(`README.md has no ${language} block with ${word}`);
  return found;
}

async function run(command: string, ...options: string[]): Promise<string> {
  const { apiKey, tokenSecret, api } = hub;
  const hubs = { SWITCHYARD_API_KEY: apiKey, SWITCHYARD_TOKEN_SECRET: tokenSecret, SWITCHYARD_URL: api.url };
  const env = { PATH: process.env["PATH"], ...hubs };
  const { stdout } = await promisify(execFile)(command, options, { env });
  return stdout;
}

async function connected(user: string) {
  const peer = await connectPeer(hub.websocketUrl());
  expect(await peer.call({ connect: { token: hub.token(user) } })).toHaveProperty("connect");
  return peer;
}

test("the curl line publishes to the lobby", async () => {
  const peer = await connected("ann");
  expect(await peer.call({ subscribe: { channel: "chat:lobby" } })).toHaveProperty("subscribe");
  expect(JSON.parse(await run("sh", "-c", block("sh", "/api/publish")))).toHaveProperty("result.offset");
  expect(await peer.nextPush()).toMatchObject({ channel: "chat:lobby", pub: { data: { text: "hello" } } });
  await peer.close();
});

test("the PHP page's token connects Ann", async () => {
  const script = join(mkdtempSync(join(tmpdir(), "readme-")), "token.php");
  writeFileSync(script, block("php", "hash_hmac"));
  const peer = await connectPeer(hub.websocketUrl());
  const reply = await peer.call({ connect: { token: await run("php", script) } });
  expect(reply).toHaveProperty("connect.subs.user:ann");
  await peer.close();
});

test("the PHP function enqueues a task and pushes to Ann", async () => {
  const peer = await connected("ann");
  const script = join(mkdtempSync(join(tmpdir(), "readme-")), "readme.php");
  writeFileSync(script, block("php", "function switchyard"));
  const id = (await run("php", script)).trim();
  expect(id).toMatch(/^t_/);
  expect(await peer.nextPush()).toMatchObject({ channel: "user:ann", pub: { data: { started: id } } });
  const { body } = await hub.get(`/v1/tasks/${id}?wait=25`);
  expect(body).toMatchObject({ status: "succeeded", result: { echo: { test: "test" } } });
  await peer.close();
});

test.each(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])("every file %s links to exists", (page) => {
  const text = readFileSync(new URL(`../${page}`, import.meta.url), "utf8");
  const links = Array.from(text.matchAll(/\]\(([^)#]+)\)/g), ([, target]) => target ?? "");
  const files = links.filter((target) => !target.startsWith("http"));
  expect(files.filter((target) => !existsSync(new URL(`../${target}`, import.meta.url)))).toEqual([]);
  expect(files).not.toEqual([]);
});
