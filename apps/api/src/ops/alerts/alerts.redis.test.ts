import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@switchyard/provision/free-port";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

// An api with no gateway and no worker beside it, and the receiver of docs/how-to/alerts.md as it stands there.
const page = readFileSync(new URL("../../../../../docs/how-to/alerts.md", import.meta.url), "utf8");
const block = (language: string) => new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";
const directory = mkdtempSync(join(tmpdir(), "switchyard-alerts-"));
const log = join(directory, "log");
const secret = "a-secret-of-32-characters-or-more";
const heard = () => readFileSync(log, "utf8");
let redis: TestRedis;
let api: TestApi;
let php: ChildProcess;

beforeAll(async () => {
  redis = await startTestRedis();
  writeFileSync(join(directory, "hub.php"), block("php"));
  writeFileSync(log, "");
  const [port, closed] = [await freePort(), await freePort()];
  const env = { ALERT_SECRET: secret, ALERT_LOG: log };
  php = spawnBound("php", ["-S", `127.0.0.1:${port}`, join(directory, "hub.php")], { env });
  php.stdout?.resume();
  php.stderr?.resume();
  const url = `http://127.0.0.1:${port}/`;
  await eventually(() => fetch(url, { method: "POST" }), { timeoutMs: 20_000 });
  const common = { url, secret, hold: "0s" };
  api = await startTestApi(redis.url, {
    ops: {
      public_url: "https://hub.example",
      alerts: [
        { ...common, name: "desk" },
        { ...common, name: "forger", secret: "another-secret-of-sixteen", rules: ["queue_paused"] },
        { ...common, name: "nobody", url: `http://127.0.0.1:${closed}/`, rules: ["queue_paused"] },
      ],
    },
  });
});
afterAll(async () => {
  await api?.close();
  php?.kill();
  await redis?.close();
  rmSync(directory, { recursive: true });
});

test("the settings of the guide are good ones", () => {
  expect(checkSettings(JSON.parse(block("json settings"))).ops.alerts).toHaveLength(2);
});

test("with no gateway and no worker somebody is told, with a link, and what has been told is listed", async () => {
  await eventually(() => expect(heard()).toContain("▲ CRITICAL: No worker is running: nothing would run\n"));
  expect(heard()).toContain("https://hub.example/ops/console/workers\n");
  expect(heard()).toContain("No gateway is running");
  const { receivers } = (await api.get("/v1/alerts")).json as unknown as {
    receivers: { alerts: { rule: string }[] }[];
  };
  expect(receivers[0]).toMatchObject({
    name: "desk",
    host: expect.stringMatching(/^127\./),
    waiting: 0,
    failure: null,
  });
  expect(receivers[0]?.alerts.map(({ rule }) => rule).toSorted()).toEqual(["no_gateway", "no_worker"]);
  expect(JSON.stringify(receivers)).not.toContain(secret);
});

test("a paused group is told when it is and when it is not, and not why somebody has paused it", async () => {
  await api.post("/v1/tasks", { handler: "mail", group: "mail", data: "CANARY" });
  await api.post("/v1/groups/mail/pause", { reason: "CANARY" });
  await eventually(() => expect(heard()).toContain("▲ Warning: Group “mail” is paused, 1 task waits\n"));
  await api.post("/v1/groups/mail/resume", {});
  await eventually(() => expect(heard()).toMatch(/^✓ Over after \d+ sec: Group “mail” is no longer paused$/m));
  expect(heard()).not.toContain("CANARY");
});

test("a test is sent at once, is answered with what came of it, and is in the audit", async () => {
  const send = async (receiver: string) => (await api.post("/v1/alerts/test", { receiver })).json as unknown;
  expect(await send("desk")).toEqual({ delivered: true, status: 200, reason: null });
  expect(heard()).toContain("This is a test of the alerts of Switchyard.\nhttps://hub.example/ops/console\n");
  expect(await send("forger")).toEqual({ delivered: false, status: 403, reason: "it answered 403" });
  expect(await send("nobody")).toEqual({ delivered: false, status: null, reason: expect.stringContaining("REFUSED") });
  expect(await send("stranger")).toMatchObject({ error: { code: "invalid_request", field: "receiver" } });
  const entries = await redis.command("XRANGE", "sy:hub:audit:keys", "-", "+");
  expect(JSON.stringify(entries).match(/POST \/v1\/alerts\/test/g)?.length).toBe(8);
});

test("the metric says what the alerts say", async () => {
  const metrics = await (await fetch(`${api.url}/metrics`)).text();
  expect(metrics).toContain('switchyard_needs{code="no_worker",severity="critical"} 1');
  expect(metrics).toContain('switchyard_needs{code="queue_paused",severity="critical"} 0');
  expect(metrics).toMatch(/switchyard_alerts_total\{receiver="desk",result="sent"\} \d/);
});
