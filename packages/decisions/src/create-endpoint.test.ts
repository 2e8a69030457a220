import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import Value from "typebox/value";
import { ProxiesSection, type ProxySettings } from "@switchyard/runtime/proxy-object";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { createEndpoint, type EndpointOptions } from "./create-endpoint.ts";
import type { DecisionCall } from "./decision.ts";
import { startFakeBackEnd, type FakeBackEnd, type Mood } from "@switchyard/testkit/fake-back-end";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Given extends Partial<Omit<EndpointOptions, "proxy">> {
  readonly mood?: FakeBackEnd["mood"];
  readonly proxy?: object;
}

async function open({ mood, proxy = {}, ...rest }: Given = {}) {
  const backEnd = await startFakeBackEnd(mood);
  const settings = settingsOf({ endpoint: `${backEnd.url}/hook?a=b`, ...proxy });
  const endpoint = createEndpoint({ secrets: [], ...rest, proxy: settings });
  closing.push(
    () => backEnd.close(),
    () => endpoint.close(),
  );
  return { backEnd, endpoint };
}

function settingsOf(proxy: object): ProxySettings {
  return (Value.Default(ProxiesSection, [{ name: "test", ...proxy }]) as ProxySettings[])[0] as ProxySettings;
}

const call = (more: Partial<DecisionCall> = {}): DecisionCall => ({
  hook: "rpc",
  id: "c-1",
  body: '{"client":"c"}',
  ...more,
});

describe("whatever a back end does, there is an answer by the deadline", () => {
  const result = { json: { result: { data: 1 } } };
  test.each<[string, Mood, object]>([
    ["answers", result, { kind: "result", result: { data: 1 } }],
    ["answers late", { lateMs: 1_000, ...result }, { kind: "failed", reason: "timeout" }],
    ["never answers", { never: true }, { kind: "failed", reason: "timeout" }],
    ["hangs up", { hangsUp: true }, { kind: "failed", reason: "unreachable" }],
    ["answers 500", { status: 500 }, { kind: "failed", reason: "status", detail: "500" }],
    ["answers 404", { status: 404 }, { kind: "failed", reason: "status", detail: "404" }],
    ["answers 201", { status: 201, text: '{"result":{}}' }, { kind: "failed", reason: "status", detail: "201" }],
    ["answers 204", { status: 204 }, { kind: "failed", reason: "empty" }],
    ["answers 200 without a body", { text: "" }, { kind: "failed", reason: "empty" }],
    ["answers HTML", { text: "<html>Welcome</html>" }, { kind: "failed", reason: "unreadable" }],
    ["answers a gigabyte", { gigabyte: true }, { kind: "failed", reason: "unreadable" }],
    [
      "names another place",
      { status: 302, text: "", headers: { location: "/other" } },
      { kind: "failed", reason: "status" },
    ],
    [
      "gives a code nobody may be told",
      { json: { disconnect: { code: 999, reason: "x" } } },
      { kind: "disconnect", code: 4_500 },
    ],
  ])("when it %s", async (_, mood, expected) => {
    const { endpoint, backEnd } = await open({ mood: () => mood, proxy: { timeout: "300ms" } });
    const startedAtMs = performance.now();
    expect(await endpoint.ask(call())).toMatchObject(expected);
    expect(performance.now() - startedAtMs).toBeLessThan(900);
    expect(backEnd.asked).toHaveLength(1);
    expect(endpoint.inFlight).toBe(0);
  });

  test("when it cannot be reached", async () => {
    const endpoint = createEndpoint({ proxy: settingsOf({ endpoint: "http://127.0.0.1:1/" }), secrets: [] });
    closing.push(() => endpoint.close());
    expect(await endpoint.ask(call())).toMatchObject({ kind: "failed", reason: "unreachable" });
  });

  test("when it takes connections and reads nothing", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const endpoint = createEndpoint({
      proxy: settingsOf({ endpoint: `http://127.0.0.1:${port}/`, timeout: "200ms" }),
      secrets: [],
    });
    closing.push(
      async () => void server.close(),
      () => endpoint.close(),
    );
    expect(await endpoint.ask(call())).toMatchObject({ kind: "failed", reason: "timeout" });
  });
});

test("asks by POST at the whole URL, with the bytes that were given", async () => {
  const { endpoint, backEnd } = await open();
  await endpoint.ask(call({ body: '{"data":1.0}' }));
  expect(backEnd.asked).toMatchObject([
    { path: "/hook?a=b", text: '{"data":1.0}', headers: { "content-type": "application/json" } },
  ]);
});

test("is signed by both secrets over the very bytes, as Standard Webhooks verifies it", async () => {
  const secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"];
  const { endpoint, backEnd } = await open({ secrets });
  await endpoint.ask(call({ id: "c0ffee-7" }));
  const [question] = backEnd.asked;
  const headers = question?.headers as Record<string, string>;
  expect(headers["webhook-id"]).toBe("c0ffee-7");
  for (const secret of secrets) {
    expect(() => new Webhook(secret).verify(question?.text ?? "", headers)).not.toThrow();
  }
});

test("a client's header takes the place of none of the settings' and of none of ours", async () => {
  const { endpoint, backEnd } = await open({
    secrets: ["s".repeat(32)],
    proxy: { http: { static_headers: { "X-Api-Key": "ours", Host: "elsewhere", "Webhook-Id": "forged" } } },
  });
  const headers = { "x-api-key": "theirs", "content-type": "text/plain", "webhook-id": "theirs", cookie: "a=b" };
  await endpoint.ask(call({ headers }));
  expect(backEnd.asked[0]?.headers).toMatchObject({
    "x-api-key": "ours",
    "content-type": "application/json",
    "webhook-id": "c-1",
    cookie: "a=b",
  });
  expect(backEnd.asked[0]?.headers.host).toMatch(/^127\.0\.0\.1:/);
});

describe("a status the settings know", () => {
  const http = {
    status_to_code_transforms: [
      { status_code: 404, to_error: { code: 1404, message: "not here", temporary: true } },
      { status_code: 503, to_disconnect: { code: 4503, reason: "later" } },
    ],
  };

  test("becomes the error or the end that they name", async () => {
    const { endpoint, backEnd } = await open({ proxy: { http } });
    backEnd.mood = () => ({ status: 404 });
    expect(await endpoint.ask(call())).toEqual({ kind: "error", code: 1404, message: "not here", temporary: true });
    backEnd.mood = () => ({ status: 503 });
    expect(await endpoint.ask(call())).toEqual({ kind: "disconnect", code: 4503, reason: "later" });
  });

  test("is no end of connections where an outage would end all of them", async () => {
    const { endpoint } = await open({ proxy: { http }, mood: () => ({ status: 503 }) });
    expect(await endpoint.ask(call({ hook: "refresh" }))).toMatchObject({ kind: "failed", reason: "status" });
  });
});

test("asks with 64 calls at a time, lets 256 wait for a third of the deadline, and refuses the rest at once", async () => {
  const { endpoint, backEnd } = await open({ mood: () => ({ never: true }), proxy: { timeout: "600ms" } });
  const startedAtMs = performance.now();
  const calls = Array.from({ length: 330 }, async () => ({
    answer: await endpoint.ask(call()),
    afterMs: performance.now() - startedAtMs,
  }));
  const refused = await Promise.race([calls[329], new Promise((resolve) => setTimeout(resolve, 150))]);
  expect(refused).toMatchObject({ answer: { kind: "failed", reason: "overloaded" } });
  const ended = await Promise.all(calls);
  const count = (reason: string) => ended.filter(({ answer }) => answer.kind === "failed" && answer.reason === reason);
  expect(count("timeout")).toHaveLength(64);
  expect(count("overloaded")).toHaveLength(266);
  expect(Math.max(...count("overloaded").map(({ afterMs }) => afterMs))).toBeLessThan(550);
  expect(backEnd.connections()).toBeLessThanOrEqual(64);
  expect(endpoint.inFlight).toBe(0);
});

test("the end of whoever asked ends the call, and its connection", async () => {
  const { endpoint, backEnd } = await open({ mood: () => ({ never: true }) });
  const gone = new AbortController();
  const answer = endpoint.ask(call(), gone.signal);
  await expect.poll(() => backEnd.asked.length).toBe(1);
  gone.abort();
  expect(await answer).toEqual({ kind: "failed", reason: "aborted" });
  expect(endpoint.inFlight).toBe(0);
});

test("a back end that fails is let alone, and asked again by one call; a no and a 4xx are no failures", async () => {
  const clock = { ms: 100_000 };
  const { endpoint, backEnd } = await open({ breaker: { now: () => clock.ms, random: () => 0.5 } });
  const askAll = () => Promise.all(Array.from({ length: 30 }, () => endpoint.ask(call())));
  backEnd.mood = () => ({ json: { error: { code: 403, message: "no" } } });
  await askAll();
  backEnd.mood = () => ({ status: 404 });
  await askAll();
  backEnd.mood = () => ({ text: "<html>" });
  await askAll();
  expect(endpoint.isOpen).toBe(false);
  clock.ms += 10_000;
  backEnd.mood = () => ({ status: 500 });
  await askAll();
  expect(endpoint.isOpen).toBe(true);
  const { length } = backEnd.asked;
  expect(await endpoint.ask(call())).toEqual({ kind: "failed", reason: "breaker_open" });
  expect(backEnd.asked).toHaveLength(length);
  clock.ms += 1_000;
  backEnd.mood = () => ({ json: { result: {} } });
  expect(await endpoint.ask(call())).toEqual({ kind: "result", result: {} });
  expect(endpoint.isOpen).toBe(false);
});
