import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@switchyard/provision/free-port";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The receiver of callbacks in docs/how-to/tasks.md, run by PHP as it stands there. */

const secret = "a-signing-secret-of-32-characters";
const directory = mkdtempSync(join(tmpdir(), "switchyard-callback-"));
const inbox = join(directory, "inbox");
let hub: Hub;
let php: ChildProcess;
let url: string;

beforeAll(async () => {
  const page = readFileSync(new URL("../docs/how-to/tasks.md", import.meta.url), "utf8");
  const [, source = ""] = /^```php\n([\s\S]*?)^```/m.exec(page) ?? [];
  writeFileSync(join(directory, "index.php"), source);
  writeFileSync(inbox, "");
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  php = spawnBound("php", ["-S", `127.0.0.1:${port}`, "-t", directory], {
    env: { PATH: process.env["PATH"], SIGNING_SECRET: secret, INBOX: inbox },
  });
  php.stdout?.resume();
  php.stderr?.resume();
  const settings = {
    handlers: { test: { kind: "module", module: "./handlers/test.ts" } },
    tasks: { signing_secret: secret, callback_allowed_hosts: ["127.0.0.1"] },
  };
  hub = await startHub({ gateways: 0, settings });
  await eventually(() => fetch(url));
});
afterAll(async () => {
  await hub?.close();
  php.kill();
  if (php.exitCode === null && php.signalCode === null) await once(php, "exit");
  rmSync(directory, { recursive: true });
});

test("the record of a settled task arrives, and its signature is believed", async () => {
  const { body } = await hub.post("/v1/tasks", { handler: "test", data: 1, callbackUrl: url });
  const { id } = body as { readonly id: string };
  await eventually(() => expect(readFileSync(inbox, "utf8")).toContain(`${id} succeeded\n`));
});

test("what is not signed, signed with another secret, or old is answered 403 and not taken", async () => {
  const text = JSON.stringify({ id: "t_forged", status: "succeeded" });
  const send = (timestamp: number, key: string) => {
    const hash = createHmac("sha256", key).update(`${timestamp}.${text}`).digest("hex");
    const headers = { "x-switchyard-timestamp": String(timestamp), "x-switchyard-signature": `v1=${hash}` };
    return fetch(url, { method: "POST", body: text, headers });
  };
  const now = Math.floor(Date.now() / 1_000);
  expect((await fetch(url, { method: "POST", body: text })).status).toBe(403);
  expect((await send(now, "another-secret")).status).toBe(403);
  expect((await send(now - 301, secret)).status).toBe(403);
  expect(readFileSync(inbox, "utf8")).not.toContain("t_forged");
  expect((await send(now, secret)).status).toBe(200);
});
