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
import { forgedHeaders, hangUp, statusOf } from "./odd-requests.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The receivers of docs/how-to/webhooks.md, run as they stand there. */

const page = readFileSync(new URL("../docs/how-to/webhooks.md", import.meta.url), "utf8");
const secret = "whsec_c2VjcmV0IG9mIHR3ZW50eS1mb3VyIGJ5dGVzIG9yIG1vcmU=";
/** What receivers that have not changed over know. */
const previous = "the-signing-secret-of-yesterday-ŝ";
const directory = mkdtempSync(join(tmpdir(), "switchyard-webhooks-"));
const receivers: ChildProcess[] = [];
let hub: Hub;

beforeAll(async () => {
  const settings = {
    handlers: { test: { kind: "module", module: "./handlers/test.ts" } },
    tasks: { signing_secret: secret, signing_previous_secret: previous, callback_allowed_hosts: ["127.0.0.1"] },
  };
  hub = await startHub({ gateways: 0, settings });
});
afterAll(async () => {
  await hub?.close();
  for (const receiver of receivers) {
    receiver.kill();
    if (receiver.exitCode === null && receiver.signalCode === null) await once(receiver, "exit");
  }
  rmSync(directory, { recursive: true });
});

const languages = {
  php: { file: "index.php", command: (file: string, port: number) => ["php", "-S", `127.0.0.1:${port}`, file] },
  python: { file: "receive.py", command: (file: string) => ["python3", file] },
  js: { file: "receive.mjs", command: (file: string) => [process.execPath, file] },
};

async function startReceiver(language: keyof typeof languages, knownSecret: string) {
  const source = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";
  const file = join(directory, languages[language].file);
  const inbox = join(directory, `${language}-${receivers.length}`);
  writeFileSync(file, source);
  writeFileSync(inbox, "");
  const port = await freePort();
  const [program = "", ...programArguments] = languages[language].command(file, port);
  const env = { PATH: process.env["PATH"], SIGNING_SECRET: knownSecret, INBOX: inbox, PORT: String(port) };
  const receiver = spawnBound(program, programArguments, { env });
  receivers.push(receiver);
  receiver.stdout?.resume();
  receiver.stderr?.resume();
  const url = `http://127.0.0.1:${port}/`;
  await eventually(() => fetch(url, { method: "POST" }), { timeoutMs: 20_000 });
  return { url, received: () => readFileSync(inbox, "utf8") };
}

describe.each(["php", "python", "js"] as const)("the receiver in %s", (language) => {
  test.each([
    ["the present secret", secret],
    ["the previous one", previous],
  ])("takes the record of a settled task when it knows %s", async (_which, known) => {
    const { url, received } = await startReceiver(language, known);
    const { body } = await hub.post("/v1/tasks", { handler: "test", data: "語 🚉", callbackUrl: url });
    const { id } = body as { readonly id: string };
    await eventually(() => expect(received()).toContain(`${id} succeeded\n`));
  });

  test("answers 403 to what is not signed, signed by another key, changed, or old, and does not take it", async () => {
    const { url, received } = await startReceiver(language, secret);
    const text = JSON.stringify({ id: "t_forged", status: "succeeded" });
    const key = Buffer.from(secret.slice(6), "base64");
    const send = async (timestamp: number, signedBy: string | Buffer, signed = text) => {
      const hash = createHmac("sha256", signedBy).update(`m_1.${timestamp}.${signed}`).digest("base64");
      const signature = `v1,bm90IG91cnM= v1,${hash} v2,x`;
      const headers = {
        "webhook-id": "m_1",
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signature,
      };
      return (await fetch(url, { method: "POST", body: text, headers })).status;
    };
    const now = Math.floor(Date.now() / 1_000);
    expect((await fetch(url, { method: "POST", body: text })).status).toBe(403);
    expect(await send(now, "another-secret")).toBe(403);
    expect(await send(now, secret)).toBe(403);
    expect(await send(now, key, `${text} `)).toBe(403);
    expect(await send(now - 301, key)).toBe(403);
    expect(await send(now + 400, key)).toBe(403);
    for (const headers of forgedHeaders) expect([headers, await statusOf(url, headers)]).toEqual([headers, 403]);
    await hangUp(url);
    expect(received()).not.toContain("t_forged");
    expect(await send(now, key)).toBe(200);
    expect(received()).toBe("t_forged succeeded\n");
  });
});
