import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import Value from "typebox/value";
import { ProxiesSection, type ProxySettings } from "@switchyard/runtime/proxy-object";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { createEndpoint, type Endpoint, type EndpointOptions } from "./create-endpoint.ts";
import type { Answer, DecisionCall } from "./decision.ts";
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
  const ended: { readonly call: number; readonly answer: Answer }[] = [];
  await Promise.all(
    Array.from({ length: 330 }, async (_, index) => {
      const answer = await endpoint.ask(call());
      ended.push({ call: index, answer });
    }),
  );
  // In the order in which they ended: those that found no place at all, those that waited, and those that were asked.
  const refused = ended.slice(0, 10).map((end) => end.call);
  expect(refused.toSorted((a, b) => a - b)).toEqual([320, 321, 322, 323, 324, 325, 326, 327, 328, 329]);
  const reasons = ended.map(({ answer }) => answer.kind === "failed" && answer.reason);
  expect(reasons.slice(0, 266)).toEqual(Array.from({ length: 266 }, () => "overloaded"));
  expect(reasons.slice(266)).toEqual(Array.from({ length: 64 }, () => "timeout"));
  expect(backEnd.connections()).toBeLessThanOrEqual(64);
  expect(endpoint.inFlight).toBe(0);
});

test("who gives up sooner than the settings say is answered by then, and who has given up is not asked for", async () => {
  const { endpoint, backEnd } = await open({ mood: () => ({ never: true }), proxy: { timeout: "4s" } });
  const untilMs = performance.now() + 100;
  expect(await endpoint.ask(call({ untilMs }))).toEqual({ kind: "failed", reason: "timeout" });
  expect(performance.now() - untilMs).toBeLessThan(2_000);
  for (let time = 0; time < 30; time++)
    expect(await endpoint.ask(call({ untilMs }))).toEqual({ kind: "failed", reason: "timeout" });
  expect([backEnd.asked.length, endpoint.isOpen("rpc")]).toEqual([1, false]);
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

describe("a back end that gives no answer is let alone", () => {
  const askAll = (endpoint: Endpoint, hook: DecisionCall["hook"] = "rpc") =>
    Promise.all(Array.from({ length: 30 }, () => endpoint.ask(call({ hook }))));

  test.each<[string, Mood]>([
    ["500", { status: 500 }],
    ["no connection", { hangsUp: true }],
    ["204", { status: 204 }],
    ["an empty body", { text: "" }],
    ["{}", { json: {} }],
    ["HTML", { text: "<html>" }],
    ["a gigabyte", { gigabyte: true }],
    ["a wrong type", { json: { error: { code: "no" } } }],
    ["another place", { status: 302 }],
  ])("when it answers %s", async (_, mood) => {
    const { endpoint, backEnd } = await open({ mood: () => mood });
    await askAll(endpoint);
    expect(endpoint.isOpen("rpc")).toBe(true);
    const { length } = backEnd.asked;
    expect(await endpoint.ask(call())).toEqual({ kind: "failed", reason: "breaker_open" });
    expect(backEnd.asked).toHaveLength(length);
  });

  test("and asked again by one call, whose answer lets all the others ask", async () => {
    const clock = { ms: 100_000 };
    const { endpoint, backEnd } = await open({ breaker: { now: () => clock.ms, random: () => 0.5 } });
    backEnd.mood = () => ({ status: 500 });
    await askAll(endpoint);
    clock.ms += 1_000;
    backEnd.mood = () => ({ json: { result: {} } });
    expect(await endpoint.ask(call())).toEqual({ kind: "result", result: {} });
    expect(endpoint.isOpen("rpc")).toBe(false);
  });

  test("though the settings make an error for clients of its 500", async () => {
    const transform = { status_code: 500, to_error: { code: 1500, message: "later", temporary: true } };
    const http = { status_to_code_transforms: [transform] };
    const { endpoint } = await open({ mood: () => ({ status: 500 }), proxy: { http } });
    expect(await endpoint.ask(call())).toMatchObject({ kind: "error", code: 1500 });
    await askAll(endpoint);
    expect(endpoint.isOpen("rpc")).toBe(true);
  });

  test("by the hook that it does not answer, and by no other", async () => {
    const { endpoint } = await open({
      mood: ({ text }) => (text === "{}" ? { json: { result: {} } } : { status: 500 }),
    });
    await askAll(endpoint);
    expect(endpoint.isOpen("rpc")).toBe(true);
    expect(endpoint.isOpen("publish")).toBe(false);
    expect(await endpoint.ask(call({ hook: "publish", body: "{}" }))).toEqual({ kind: "result", result: {} });
  });

  test.each<[string, Mood]>([
    ["no", { json: { error: { code: 403, message: "no" } } }],
    ["that a connection ends", { json: { disconnect: { code: 4_001, reason: "out" } } }],
    ["with a code that becomes another one", { json: { disconnect: { code: 999, reason: "out" } } }],
    ["404", { status: 404 }],
    ["429", { status: 429 }],
  ])("but not when it says %s", async (_, mood) => {
    const { endpoint } = await open({ mood: () => mood });
    await askAll(endpoint);
    expect(endpoint.isOpen("rpc")).toBe(false);
  });

  test("and not when those who asked are gone", async () => {
    const { endpoint, backEnd } = await open({ mood: () => ({ never: true }) });
    const gone = new AbortController();
    const answers = Promise.all(Array.from({ length: 30 }, () => endpoint.ask(call(), gone.signal)));
    await expect.poll(() => backEnd.asked.length).toBe(30);
    gone.abort();
    expect(new Set((await answers).map((answer) => answer.kind === "failed" && answer.reason))).toEqual(
      new Set(["aborted"]),
    );
    expect(endpoint.isOpen("rpc")).toBe(false);
  });
});
