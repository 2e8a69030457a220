import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOutbound } from "@switchyard/outbound/create-outbound";
import { freePort } from "@switchyard/provision/free-port";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { forgedHeaders, hangUp, statusOf } from "../odd-requests.ts";
import { afterAll, expect, test } from "vitest";

/** The receivers of docs/events.md, run as they stand there. */

const page = readFileSync(new URL("../../docs/events.md", import.meta.url), "utf8");
const secret = "whsec_c2VjcmV0IG9mIHR3ZW50eS1mb3VyIGJ5dGVzIG9yIG1vcmU=";
const directory = mkdtempSync(join(tmpdir(), "switchyard-events-"));
const running: ReturnType<typeof spawnBound>[] = [];
afterAll(async () => {
  for (const receiver of running) {
    receiver.kill();
    if (receiver.exitCode === null && receiver.signalCode === null) await once(receiver, "exit");
  }
  rmSync(directory, { recursive: true });
});

const languages = {
  php: { file: "events.php", command: (file: string, port: number) => ["php", "-S", `127.0.0.1:${port}`, file] },
  python: { file: "events.py", command: (file: string) => ["python3", file] },
  js: { file: "events.mjs", command: (file: string) => [process.execPath, file] },
};

function post(url: string, signedBy: string, events: readonly object[], messageId: string) {
  const outbound = createOutbound({ secrets: [signedBy], allowedHosts: [], allowedPorts: [] });
  const body = JSON.stringify({ type: "events", data: { batch: messageId, dropped: 0, events } });
  const signal = AbortSignal.timeout(5_000);
  return outbound.post({ url: new URL(url), urlFrom: "operator", body, messageId, signal, replyMaxBytes: 0 });
}

const event = (key: string, epoch: number, seq: number, type: string) => ({
  id: `${key}:${epoch}:${seq}`,
  key,
  epoch,
  seq,
  type,
});

test.each(Object.keys(languages) as (keyof typeof languages)[])(
  "the receiver in %s takes what is signed alone, and keeps the newest of each key",
  async (language) => {
    const { file, command } = languages[language];
    const [path, state] = [join(directory, file), join(directory, `${language}.json`)];
    writeFileSync(path, new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1] ?? "");
    const port = await freePort();
    const [program = "", ...given] = command(path, port);
    const env = { PATH: process.env["PATH"], EVENTS_SECRET: secret, STATE: state, PORT: String(port) };
    const receiver = spawnBound(program, given, { env });
    running.push(receiver);
    receiver.stdout?.resume();
    receiver.stderr?.resume();
    const url = `http://127.0.0.1:${port}/events`;
    const events = [event("user:ann", 2, 9, "user.offline"), event("user:ben", 1, 10, "user.online")];
    const { status } = await eventually(() => post(url, secret, events, "evb_1"), { timeoutMs: 20_000 });
    expect([status, (await post(url, "another-secret-of-somebody", [], "evb_2")).status]).toEqual([
      status < 300 ? status : 0,
      403,
    ]);
    for (const headers of forgedHeaders) expect([headers, await statusOf(url, headers)]).toEqual([headers, 403]);
    await hangUp(url);
    const later = [event("user:ann", 1, 11, "user.online"), event("user:ben", 1, 11, "user.offline")];
    expect((await post(url, secret, later, "evb_3")).status).toBe(status);
    await post(url, secret, events, "evb_1");
    const known = JSON.parse(readFileSync(state, "utf8")) as Record<string, { seq: number; type: string }>;
    expect([known["user:ann"]?.seq, known["user:ben"]?.type]).toEqual([9, "user.offline"]);
  },
);

test("the settings of the page are settings that a process starts with", () => {
  const [, settings = ""] = /^```json settings\n([\s\S]*?)^```/m.exec(page) ?? [];
  expect(checkSettings(JSON.parse(settings) as object).events.receivers).toHaveLength(1);
});
