import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@switchyard/provision/free-port";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { clientDisconnect, clientError } from "@switchyard/decisions/client-codes";
import { errorCodes } from "@switchyard/protocol/error-codes";
import { hookTimeoutMaxMs } from "@switchyard/runtime/proxy-object";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { hangUp } from "./odd-requests.ts";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The back ends of docs/hooks.md and of the README, run as they stand there, each on a port of its own, and asked by one hub. */

const page = readFileSync(new URL("../docs/hooks.md", import.meta.url), "utf8");
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const directory = mkdtempSync(join(tmpdir(), "switchyard-hooks-"));
const php = (file: string, port: number) => ["php", "-S", `localhost:${port}`, file];
const languages = {
  php: { file: "hooks.php", command: php },
  python: { file: "hooks.py", command: (file: string) => ["python3", file] },
  js: { file: "hooks.mjs", command: (file: string) => [process.execPath, file] },
};
type Language = keyof typeof languages;
const names = Object.keys(languages) as Language[];
const urls = {} as Record<Language, string>;
const running: ChildProcess[] = [];
/** What clients can send: JSON of any shape. */
const oddData = [
  null,
  5,
  "text",
  [],
  {},
  [[]],
  { text: null },
  { text: 7 },
  { text: ["a"] },
  [1, "2"],
  [null],
  { a: 1 },
];
const oddCookies = [
  "session[]=cookie-of-ann",
  "session=__proto__",
  "a:b=c; session",
  "session=;;=",
  "xsession=cookie-of-ann",
];
const cookie = { headers: { cookie: "session=cookie-of-ann" } };
let hub: Hub;

/** The first block of a language that contains a word. */
function blockOf(text: string, language: Language, word = ""): string {
  const blocks = Array.from(
    text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm")),
    ([, code]) => code ?? "",
  );
  return blocks.find((code) => code.includes(word)) ?? "";
}

/** @returns its URL, once it answers */
async function startBackEnd({ file, command }: (typeof languages)[Language], source: string): Promise<string> {
  const port = await freePort();
  const path = join(directory, file);
  writeFileSync(path, source);
  const [program = "", ...words] = command(path, port);
  const backEnd = spawnBound(program, words, { env: { PATH: process.env["PATH"], PORT: String(port) } });
  running.push(backEnd);
  backEnd.stdout?.resume();
  backEnd.stderr?.resume();
  const url = `http://localhost:${port}`;
  await eventually(() => fetch(`${url}/connect`, { method: "POST", body: "{}" }), { timeoutMs: 20_000 });
  return url;
}

const events = ["subscribe", "publish", "sub_refresh"] as const;
const proxyOf = (language: Language, event: string) => ({
  name: `${language}.${event}`,
  endpoint: `${urls[language]}/${event}`,
});

beforeAll(async () => {
  const ofReadme = startBackEnd({ file: "readme.php", command: php }, blockOf(readme, "php", "cookie-of-ann"));
  const start = async (name: Language) => (urls[name] = await startBackEnd(languages[name], blockOf(page, name)));
  await Promise.all(names.map(start));
  const connect = { enabled: true, endpoint: `${await ofReadme}/connect`, http_headers: ["Cookie"] };
  hub = await startHub({
    gateways: 1,
    workers: 0,
    settings: {
      client: { proxy: { connect } },
      proxies: names.flatMap((language) => [...events, "rpc"].map((event) => proxyOf(language, event))),
      rpc: {
        namespaces: names.map((name) => ({ name, proxy_enabled: true, proxy_name: `${name}.rpc` })),
      },
      channel: {
        namespaces: names.map((name) => ({
          name,
          ...Object.fromEntries(
            events.flatMap((event): [string, unknown][] => [
              [`${event}_proxy_enabled`, true],
              [`${event}_proxy_name`, `${name}.${event}`],
            ]),
          ),
        })),
      },
    },
  });
});
afterAll(async () => {
  await hub?.close();
  for (const backEnd of running) {
    backEnd.kill();
    if (backEnd.exitCode === null && backEnd.signalCode === null) await once(backEnd, "exit");
  }
  rmSync(directory, { recursive: true });
});

test("a client with the session's cookie is Ann, one without it is told to log in", async () => {
  const ann = await connectPeer(hub.websocketUrl(), cookie);
  const reply = await ann.call({ connect: {} });
  expect(reply).toMatchObject({ connect: { data: { greeting: "hello ann" } } });
  expect(reply).toHaveProperty("connect.subs.user:ann");
  const stranger = await connectPeer(hub.websocketUrl());
  expect(await stranger.call({ connect: {} })).toMatchObject({ error: { code: 101, message: "log in first" } });
  await ann.close();
  stranger.terminate();
  for (const odd of oddCookies) {
    const peer = await connectPeer(hub.websocketUrl(), { headers: { cookie: odd } });
    expect(await peer.call({ connect: {} }), odd).toMatchObject({ error: { code: 101 } });
    peer.terminate();
  }
});

describe.each(names)("the back end in %s", (language) => {
  test("lets Ann into a room, keeps her out of the secret one, and makes of what she publishes what is published", async () => {
    const ann = await connectPeer(hub.websocketUrl(), cookie);
    await ann.call({ connect: {} });
    expect(await ann.call({ subscribe: { channel: `${language}:lobby` } })).toHaveProperty("subscribe");
    expect(await ann.call({ subscribe: { channel: `${language}:secret` } })).toMatchObject({
      error: { code: 403, message: "not for you" },
    });
    const channel = `${language}:lobby`;
    expect(await ann.call({ publish: { channel, data: { text: " hello " } } })).toHaveProperty("publish");
    expect(await ann.nextPush()).toMatchObject({ channel, pub: { data: { by: "ann", text: "hello" } } });
    const call = { method: `${language}:sum`, data: [1, 2, 3] };
    expect(await ann.call({ rpc: call })).toMatchObject({ rpc: { data: { sum: 6 } } });
    await ann.close();
  });

  test("answers what is odd by an error of the client's own, and whoever asks next as if nothing had been", async () => {
    const ann = await connectPeer(hub.websocketUrl(), cookie);
    await ann.call({ connect: {} });
    const channel = `${language}:odd`;
    const calls = oddData.flatMap((data) => [
      { publish: { channel, data } },
      { rpc: { method: `${language}:sum`, data } },
    ]);
    const codes = await Promise.all(
      [...calls, { rpc: { method: `${language}:sum` } }].map(async (call) => {
        const { error } = (await ann.call(call)) as { readonly error?: { readonly code: number } };
        return [JSON.stringify(call), error?.code] as const;
      }),
    );
    // An empty list is a list of numbers, and PHP takes an empty object for one.
    const empty = [[], {}].map((data) => JSON.stringify({ rpc: { method: `${language}:sum`, data } }));
    expect(codes.filter(([call, code]) => code !== 422 && !empty.includes(call))).toEqual([]);
    expect(codes.map(([, code]) => code ?? 422)).toEqual(codes.map(() => 422));
    const texts = ["", "<html>", "[]", "null", "7", "{}", "[".repeat(5_000), '{"data":[1e308,1e308]}'];
    const hooks = ["publish", "rpc", "subscribe", "refresh", "connect", "unknown"];
    for (const hook of hooks) {
      for (const body of texts) {
        const response = await fetch(`${urls[language]}/${hook}`, { method: "POST", body });
        const said = (await response.json()) as object;
        expect([response.status, Object.keys(said)], `${hook} ${body.slice(0, 30)}`).toEqual([
          200,
          [expect.stringMatching(/^(result|error)$/)],
        ]);
      }
    }
    for (const odd of oddCookies) {
      const question = { method: "POST", headers: { cookie: odd }, body: "{}" };
      const answer = await fetch(`${urls[language]}/connect`, question);
      expect(await answer.json(), odd).toMatchObject({ error: { code: expect.any(Number) as number } });
    }
    await hangUp(urls[language]);
    expect(await ann.call({ rpc: { method: `${language}:sum`, data: [1, 2] } })).toMatchObject({
      rpc: { data: { sum: 3 } },
    });
    await ann.close();
  });

  test("answers every question of the page as the page says", async () => {
    const ask = async (hook: string, question: object, headers: Record<string, string> = {}) => {
      const response = await fetch(`${urls[language]}/${hook}`, {
        method: "POST",
        headers,
        body: JSON.stringify(question),
      });
      return [response.status, await response.json()];
    };
    const until = expect.any(Number) as number;
    expect(await ask("connect", { client: "c" }, cookie.headers)).toEqual([
      200,
      { result: { user: "ann", expire_at: until } },
    ]);
    expect(await ask("refresh", { user: "ann" }, cookie.headers)).toEqual([200, { result: { expire_at: until } }]);
    expect(await ask("refresh", { user: "ann" })).toEqual([200, { result: { expired: true } }]);
    expect(await ask("sub_refresh", { channel: "room:1" })).toEqual([200, { result: { expire_at: until } }]);
    expect(await ask("rpc", { method: "sum", data: [1, 2] })).toEqual([200, { result: { data: { sum: 3 } } }]);
  });
});

test("the settings of the page are settings that a process starts with", () => {
  const [, settings = ""] = /^```json settings\n([\s\S]*?)^```/m.exec(page) ?? [];
  expect(checkSettings(JSON.parse(settings) as object).client.proxy.connect.enabled).toBe(true);
});

test("the codes that the page lets a back end use are those that clients are told, and no others", () => {
  const [, ...bounds] =
    /Codes of yours are (\d+) to (\d+); \[the protocol's own\][\s\S]*?After (\d+) to \d+ the SDK comes back, after \d+ to (\d+) it does not/.exec(
      page,
    ) ?? [];
  const [least = 0, most = 0, leastEnd = 0, mostEnd = 0] = bounds.map(Number);
  const told = (code: number) => clientError(code, "no", false).code;
  const ended = (code: number) => clientDisconnect(code, "no").code;
  expect([least - 1, least, most, most + 1].map(told)).toEqual([100, least, most, 100]);
  for (const { code } of Object.values(errorCodes)) expect(told(code)).toBe(code);
  expect([leastEnd - 1, leastEnd, mostEnd, mostEnd + 1].map(ended)).toEqual([4_500, leastEnd, mostEnd, 4_500]);
});

test("a back end has the time that the page says", () => {
  const { rpc, channel, client } = checkSettings({});
  expect(page).toContain("`timeout` is 1 s, of `rpc.proxy` 4.5 s, and at most 4.5 s");
  const others = [client.proxy.connect, client.proxy.refresh, ...Object.values(channel.proxy)];
  expect(others.map(({ timeout }) => timeout)).toEqual(others.map(() => "1s"));
  expect([rpc.proxy.timeout, `${hookTimeoutMaxMs}ms`]).toEqual(["4500ms", "4500ms"]);
});
