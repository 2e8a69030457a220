import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@switchyard/provision/free-port";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { openProcessLog } from "./process-log.ts";
import { superviseApp } from "./supervise-app.ts";
import { createTerminal } from "./terminal.ts";

// Every test starts a shell that becomes a Node, one of them twice; on a busy machine each takes seconds.
vi.setConfig({ testTimeout: 60_000 });

// Stand-ins for the apps: what is tested is how a process is kept, whatever it does.
const healthy = `
  import { createServer } from "node:http";
  console.log(JSON.stringify({ level: "info", msg: "pid", pid: process.pid }));
  createServer((request, response) => response.end(String(process.pid))).listen(Number(process.env.PORT), "127.0.0.1");
  process.on("SIGTERM", () => process.exit(0));`;
const stubborn = healthy.replace("process.exit(0)", "undefined");
const silent = `setInterval(() => {}, 60_000);`;
const broken = `console.error("switchyard app: the settings cannot be used"); process.exit(78);`;

let directory: string;
let said: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "switchyard-supervise-"));
  said = [];
});
afterEach(() => rm(directory, { recursive: true }));

async function supervise(script: string, given: { port?: number; readyTimeoutMs?: number } = {}) {
  const main = join(directory, "main.mjs");
  await writeFile(main, script);
  const { port = await freePort(), readyTimeoutMs = 30_000 } = given;
  const terminal = createTerminal({ write: (line) => said.push(line), colored: false });
  const log = openProcessLog({ name: "app", directory, verbose: false, terminal });
  const spec = { name: "app", main, port, env: { PORT: String(port) }, readyTimeoutMs, stopTimeoutMs: 500 };
  return {
    ...superviseApp(spec, { log, terminal }),
    pid: () => fetch(`http://127.0.0.1:${port}/`).then((r) => r.text()),
  };
}

test("starts a killed process again and says what it did", async () => {
  const app = await supervise(healthy);
  await app.ready;
  const first = await app.pid();
  process.kill(Number(first), "SIGKILL");
  await expect.poll(() => app.pid().catch(() => first), { timeout: 15_000 }).not.toBe(first);
  await expect.poll(() => said.at(-1), { timeout: 15_000 }).toContain("ready again");
  expect(said[0]).toContain("was ended by SIGKILL; starting it again");
  await app.close();
  await expect(app.pid()).rejects.toThrow("fetch failed");
});

test("starts a process again when asked to, at once and without an alarm, also one that ignores SIGTERM", async () => {
  const app = await supervise(stubborn);
  await app.ready;
  const first = await app.pid();
  app.restart();
  app.restart();
  await expect.poll(() => app.pid().catch(() => first), { timeout: 15_000 }).not.toBe(first);
  await expect.poll(() => said, { timeout: 15_000 }).toEqual([expect.stringContaining("ready again")]);
  await app.close();
});

test("does not retry a first start that fails, and shows what it said", async () => {
  const app = await supervise(broken);
  await expect(app.ready).rejects.toThrow(/^app ended with code 78 before it was ready.*app\.log$/);
  expect(said).toEqual(["app        | switchyard app: the settings cannot be used"]);
  await app.close();
});

test("gives the reason of a process that does not become ready", async () => {
  // It answers from here, so that the reason is there from the beginning, however long the process takes to start.
  const server = createServer((_request, response) => response.writeHead(503).end("redis is away"));
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const app = await supervise(silent, { port, readyTimeoutMs: 2_000 });
  await expect(app.ready).rejects.toThrow("app was not ready within 2 s: redis is away; what it said");
  await app.close();
});

test("kills a process that does not stop in time", async () => {
  const app = await supervise(stubborn);
  await app.ready;
  await app.close();
  await expect(app.pid()).rejects.toThrow("fetch failed");
});
