import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { Centrifuge } from "centrifuge";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Question } from "@switchyard/testkit/fake-back-end";
import { startHooksStage, type HooksStage } from "./hooks-stage.ts";

let stage: HooksStage;
beforeAll(async () => {
  stage = await startHooksStage();
});
beforeEach(() => stage.says({}));
afterAll(() => stage?.close());

const result = (fields: object) => ({ json: { result: fields } });
const soon = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const failed = { error: { code: 100, temporary: true } };

describe("who connects without a token", () => {
  test("is who the back end says, with all that it gives", async () => {
    const subs = {
      "asked:news": { data: { hello: 1 }, info: { role: "vip" }, override: { presence: { value: true } } },
    };
    stage.says({
      connect: result({ user: "ann", info: { name: "Ann" }, data: { id: 1e2 }, channels: ["lobby"], subs }),
    });
    const { peer, reply } = await stage.stranger();
    expect(reply).toMatchObject({
      connect: { data: { id: 100 }, subs: { lobby: {}, "asked:news": { data: { hello: 1 } }, "user:ann": {} } },
    });
    expect(reply["connect"]).not.toHaveProperty("expires");
    const { body } = await stage.hub.post("/api/presence", { channel: "asked:news" });
    expect(Object.values((body as { result: { presence: object } }).result.presence)).toMatchObject([
      { user: "ann", conn_info: { name: "Ann" }, chan_info: { role: "vip" } },
    ]);
    await peer.close();
  });

  test("is asked about with what it says of itself, and with no header that it could forge", async () => {
    const headers = { Authorization: "Bearer x", Cookie: "forged", "X-User-Id": "root", "webhook-id": "forged" };
    const connect = { name: "js", version: "1.2", data: { room: 12345678901234567890 }, headers, subs: { lobby: {} } };
    const { peer } = await stage.stranger(connect, { headers: { Cookie: "session=1", "X-Api-Key": "client" } });
    const question = stage.asked("connect").at(-1);
    expect(question?.body).toEqual({
      client: expect.any(String) as string,
      transport: "websocket",
      protocol: "json",
      encoding: "json",
      name: "js",
      version: "1.2",
      channels: ["lobby"],
      data: { room: 12345678901234567000 },
    });
    expect(question?.headers).toMatchObject({
      cookie: "session=1",
      authorization: "Bearer x",
      "x-api-key": "the hub's",
      "content-type": "application/json",
    });
    expect(question?.headers).not.toHaveProperty("x-user-id");
    expect(question?.headers["webhook-id"]).toMatch(new RegExp(`^${String(question?.body["client"])}-`));
    await peer.close();
  });

  test.each([
    ["an error", { json: { error: { code: 1001, message: "banned" } } }, { error: { code: 1001, message: "banned" } }],
    [
      "an error that passes",
      { json: { error: { code: 1001, message: "later", temporary: true } } },
      { error: { code: 1001, temporary: true } },
    ],
    ["that it knows nobody", { json: { result: null } }, { error: { code: 101 } }],
    ["nothing", { text: "" }, failed],
    ["{}", { json: {} }, failed],
    ["a number for a user", { json: { result: { user: 56 } } }, failed],
    ["a user with a line break", { json: { result: { user: "a\nb" } } }, failed],
    ["500", { status: 500 }, failed],
    ["204", { status: 204 }, failed],
    ["HTML", { text: "<html>" }, failed],
    ["a gigabyte", { gigabyte: true } as const, failed],
    ["never", { never: true } as const, failed],
  ])("is told so when the back end answers %s", async (_, mood, expected) => {
    stage.says({ connect: mood });
    const { peer, reply } = await stage.stranger();
    expect(reply).toMatchObject(expected);
    await peer.close();
  });

  test.each([
    [4_001, 4_001],
    [999, 4_500],
  ])("is closed with the back end's code %i as %i", async (code, told) => {
    stage.says({ connect: { json: { disconnect: { code, reason: "go away" } } } });
    const own = new WebSocket(stage.hub.websocketUrl());
    const closed = new Promise((resolve) => own.once("close", (...end) => resolve([end[0], String(end[1])])));
    own.once("open", () => own.send('{"id":1,"connect":{}}'));
    expect(await closed).toEqual([told, "go away"]);
  });

  test("is not asked about when it has a token", async () => {
    const before = stage.asked("connect").length;
    await (await stage.client("bob")).close();
    expect(stage.asked("connect")).toHaveLength(before);
  });

  test("comes back by itself after an outage, with the SDK", async () => {
    let isDown = true;
    stage.says({ connect: () => (isDown ? { status: 503 } : result({ user: "carl" })) });
    const sdk = new Centrifuge(stage.hub.websocketUrl(), {
      websocket: WebSocket,
      minReconnectDelay: 50,
      maxReconnectDelay: 100,
    });
    const states: string[] = [];
    sdk.on("connected", () => states.push("connected")).on("disconnected", () => states.push("disconnected"));
    sdk.connect();
    await eventually(() => expect(stage.asked("connect").length).toBeGreaterThan(1));
    isDown = false;
    await sdk.ready(5_000);
    sdk.disconnect();
    expect(states).toEqual(["connected", "disconnected"]);
  });

  test.each(["/connection/uni_sse", "/connection/uni_http_stream"])("is asked about at %s, too", async (path) => {
    stage.says({ connect: result({ user: "ann", data: { from: "back end" } }) });
    const url = `${stage.hub.gateways[0]?.url}${path}`;
    const response = await fetch(url, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json", cookie: "a=b" },
    });
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain('"data":{"from":"back end"}');
    const { body, headers } = stage.asked("connect").at(-1) ?? {};
    expect([body?.["transport"], headers?.cookie]).toEqual([path.slice("/connection/".length), "a=b"]);
  });

  test("is asked about at the plain door, with its first message as data", async () => {
    stage.says({ connect: result({ user: "ann" }) });
    const socket = new WebSocket(stage.hub.websocketUrl().replace("/websocket", "/plain"));
    socket.once("open", () => socket.send('{"school_id": 7}'));
    await eventually(() =>
      expect(stage.asked("connect").at(-1)?.body).toMatchObject({ transport: "websocket", data: { school_id: 7 } }),
    );
    socket.terminate();
  });
});

describe("a subscription that the back end decides about", () => {
  test("is allowed with what it gives, whatever the namespace allows", async () => {
    stage.says({
      subscribe: result({ info: { seat: 4 }, data: { topic: "x" }, override: { presence: { value: true } } }),
    });
    const peer = await stage.client("ann", { meta: { tenant: 9 } });
    const reply = await peer.call({ subscribe: { channel: "asked:1", data: { why: "because" } } });
    expect(reply).toMatchObject({ subscribe: { data: { topic: "x" } } });
    expect(stage.asked("subscribe").at(-1)?.body).toMatchObject({
      user: "ann",
      channel: "asked:1",
      data: { why: "because" },
      meta: { tenant: 9 },
    });
    const { body } = await stage.hub.post("/api/presence", { channel: "asked:1" });
    expect(JSON.stringify(body)).toContain('"chan_info":{"seat":4}');
    await peer.close();
  });

  test.each([
    ["an error", { json: { error: { code: 403, message: "not you" } } }, { error: { code: 403, message: "not you" } }],
    ["nothing", { text: "" }, failed],
    ["{}", { json: {} }, failed],
    ["a wrong type", { json: { result: { expire_at: "x" } } }, failed],
    ["late", { lateMs: 5_000, json: { result: {} } }, failed],
  ])("is refused when the answer is %s", async (_, mood, expected) => {
    stage.says({ subscribe: mood });
    const peer = await stage.client("ann");
    expect(await peer.call({ subscribe: { channel: "asked:2" } })).toMatchObject(expected);
    expect(await peer.call({ unsubscribe: { channel: "asked:2" } })).toMatchObject({ unsubscribe: {} });
    await peer.close();
  });

  test("is not asked about with a token, and where the name says who may", async () => {
    const before = stage.asked("subscribe").length;
    const peer = await stage.client("ann");
    expect(await peer.call({ subscribe: { channel: "$asked:3" } })).toMatchObject({ error: { code: 103 } });
    expect(await peer.call({ subscribe: { channel: "asked:3#ann" } })).toMatchObject({ subscribe: {} });
    const token = stage.hub.token("ann", { channel: "asked:3" });
    expect(await peer.call({ subscribe: { channel: "asked:3", token } })).toMatchObject({ subscribe: {} });
    expect(stage.asked("subscribe")).toHaveLength(before);
    await peer.close();
  });

  test("does not come to be when its client has taken it back meanwhile", async () => {
    const answer = Promise.withResolvers<void>();
    stage.says({ subscribe: async () => (await answer.promise, result({})) });
    const peer = await stage.client("ann");
    peer.send({ id: 10, subscribe: { channel: "asked:4" } });
    await eventually(() => expect(stage.asked("subscribe").at(-1)?.body).toMatchObject({ channel: "asked:4" }));
    peer.send({ id: 11, unsubscribe: { channel: "asked:4" } }, { id: 12, subscribe: { channel: "asked:4" } });
    expect(await peer.reply(11)).toMatchObject({ unsubscribe: {} });
    expect(await peer.reply(10)).toMatchObject({ error: { code: 100 } });
    answer.resolve();
    expect(await peer.reply(12)).toMatchObject({ subscribe: {} });
    await peer.close();
  });

  test("is refused while its back end cannot be reached", async () => {
    const peer = await stage.client("ann");
    expect(await peer.call({ subscribe: { channel: "dead:1" } })).toMatchObject(failed);
    await peer.close();
  });
});

describe("a publication that the back end decides about", () => {
  async function pair(channel: string) {
    const [writer, reader] = [await stage.client("ann"), await stage.client("bob")];
    const token = stage.hub.token("bob", { channel });
    await reader.call({ subscribe: { channel, token, recoverable: true } });
    const heard = async () => (await reader.nextPush((push) => "pub" in push))["pub"];
    return { writer, reader, heard, close: async () => void (await Promise.all([writer.close(), reader.close()])) };
  }

  test("is published as it came, or as the back end has it, with tags and without history", async () => {
    const { writer, heard, close } = await pair("kept:1");
    stage.says({ publish: result({}) });
    expect(await writer.call({ publish: { channel: "kept:1", data: { id: 1 } } })).toMatchObject({ publish: {} });
    expect(await heard()).toMatchObject({ data: { id: 1 }, info: { user: "ann" }, offset: 1 });
    stage.says({ publish: result({ data: { clean: true }, tags: { lang: "en" }, skip_history: true }) });
    await writer.call({ publish: { channel: "kept:1", data: { dirty: true } } });
    const pub = await heard();
    expect(pub).toMatchObject({ data: { clean: true }, tags: { lang: "en" } });
    expect(pub).not.toHaveProperty("offset");
    stage.says({ publish: result({ data: null }) });
    await writer.call({ publish: { channel: "kept:1", data: 5 } });
    expect(await heard()).toMatchObject({ data: null });
    await close();
  });

  test("goes as base64 where the settings say so, and may come back so", async () => {
    const { writer, heard, close } = await pair("binary:1");
    stage.says({ binary: result({ b64data: Buffer.from('{"back":1}').toString("base64") }) });
    await writer.call({ publish: { channel: "binary:1", data: { there: 1 } } });
    expect(await heard()).toMatchObject({ data: { back: 1 } });
    const { body } = stage.asked("binary").at(-1) ?? {};
    expect(body).toMatchObject({ encoding: "binary", b64data: Buffer.from('{"there":1}').toString("base64") });
    expect(body).not.toHaveProperty("data");
    await close();
  });

  test.each([
    ["an error", { json: { error: { code: 422, message: "no links" } } }, { error: { code: 422 } }],
    ["nothing", { text: "" }, failed],
    ["{}", { json: {} }, failed],
    ["500", { status: 500 }, failed],
  ])("is not published when the answer is %s", async (_, mood, expected) => {
    const { writer, reader, close } = await pair("asked:5");
    stage.says({ publish: mood });
    expect(await writer.call({ publish: { channel: "asked:5", data: 1 } })).toMatchObject(expected);
    await stage.hub.post("/api/publish", { channel: "asked:5", data: "of the back end" });
    expect(await reader.nextPush()).toMatchObject({ pub: { data: "of the back end" } });
    await close();
  });

  test("keeps its place in its channel, and holds up neither other channels nor the rest of the connection", async () => {
    const { writer, reader, close } = await pair("asked:6");
    const slow = Promise.withResolvers<void>();
    stage.says({ publish: async ({ body }) => (body["data"] === "first" && (await slow.promise), result({})) });
    writer.send(
      { id: 20, publish: { channel: "asked:6", data: "first" } },
      { id: 21, publish: { channel: "asked:6", data: "second" } },
      { id: 22, publish: { channel: "asked:7", data: "elsewhere" } },
      { id: 23, subscribe: { channel: "lobby" } },
    );
    expect(await writer.reply(22)).toMatchObject({ publish: {} });
    expect(await writer.reply(23)).toMatchObject({ subscribe: {} });
    expect(stage.asked("publish").filter(({ body }) => body["data"] === "second")).toEqual([]);
    slow.resolve();
    expect(await writer.reply(21)).toMatchObject({ publish: {} });
    const heard = [await reader.nextPush(), await reader.nextPush()];
    expect(heard).toMatchObject([{ pub: { data: "first" } }, { pub: { data: "second" } }]);
    await close();
  });

  test("of a thousand at once each has its answer: done, or too many", async () => {
    stage.says({ publish: () => ({ lateMs: 20, json: { result: {} } }) });
    const peer = await stage.client("ann");
    const commands = Array.from({ length: 400 }, (_, index) => ({
      id: 100 + index,
      publish: { channel: `asked:${index}`, data: index },
    }));
    peer.send(...commands);
    const replies = await Promise.all(commands.map(({ id }) => peer.reply(id)));
    expect(replies.filter((reply) => "publish" in reply)).toHaveLength(400);
    await peer.close();
  });
});

// They wait for seconds of their own, so they wait together: what the back end says is by who it is about.
describe.concurrent("what expires", () => {
  const seen = new Map<string, number>();
  const nth = (who: unknown) => {
    const times = (seen.get(String(who)) ?? 0) + 1;
    seen.set(String(who), times);
    return times;
  };
  const expiring = {
    connect: ({ body }: Question) => result({ user: body["name"], expire_at: soon(3) }),
    refresh: ({ body: { user } }: Question) => {
      if (user === "emil") return { status: 500 };
      return result(nth(user) === 1 ? { expire_at: soon(5) } : { expired: true });
    },
    subscribe: () => result({ expire_at: soon(3) }),
    sub_refresh: ({ body: { channel } }: Question) => result(nth(channel) === 1 ? { expire_at: soon(5) } : {}),
  };
  beforeEach(() => stage.says(expiring));

  test("goes on while the back end says so, without a word to the client, and ends when it says no", async () => {
    const { peer, reply } = await stage.stranger({ name: "dora" });
    expect(reply["connect"]).not.toHaveProperty("expires");
    expect((await peer.closed).code).toBe(3005);
    expect(seen.get("dora")).toBe(2);
    expect(peer.pushes.filter((push) => "refresh" in push)).toEqual([]);
  });

  test("goes on for a while when there is no answer", async () => {
    const { peer } = await stage.stranger({ name: "emil" });
    const asked = () => stage.asked("refresh").filter(({ body }) => body["user"] === "emil").length;
    await eventually(() => expect(asked()).toBe(1));
    // It would be gone by now.
    await delay(2_500);
    expect(await peer.call({ subscribe: { channel: "lobby" } })).toMatchObject({ subscribe: {} });
    await peer.close();
  });

  test("is the client's to refresh where it came with a token", async () => {
    const peer = await stage.client("fred", { exp: soon(600) });
    expect(await peer.call({ refresh: { token: stage.hub.token("fred", { exp: soon(900) }) } })).toMatchObject({
      refresh: { expires: true },
    });
    await peer.close();
  });

  test("of a subscription ends it with 2501 when the back end says no, and ends nothing else", async () => {
    const peer = await stage.client("gina");
    expect((await peer.call({ subscribe: { channel: "asked:8" } }))["subscribe"]).not.toHaveProperty("expires");
    expect(await peer.nextPush()).toMatchObject({ channel: "asked:8", unsubscribe: { code: 2501 } });
    expect(seen.get("asked:8")).toBe(2);
    expect(await peer.call({ subscribe: { channel: "lobby" } })).toMatchObject({ subscribe: {} });
    await peer.close();
  });
});

test("the end of a connection ends what is asked about it", async () => {
  const gone = Promise.withResolvers<void>();
  stage.says({ publish: ({ gone: isGone }) => (void isGone.then(gone.resolve), { never: true }) });
  const peer = await stage.client("ann");
  peer.send({ id: 30, publish: { channel: "asked:9", data: 1 } });
  await eventually(() => expect(stage.asked("publish").at(-1)?.body).toMatchObject({ channel: "asked:9" }));
  peer.terminate();
  await gone.promise;
});

test("failures are counted by hook and reason, and the log names the field", async () => {
  stage.says({ connect: { json: { result: { user: 56 } } } });
  await (await stage.stranger()).peer.close();
  const metrics = await (await fetch(`${stage.hub.gateways[0]?.url}/metrics`)).text();
  expect(metrics).toMatch(
    /switchyard_gateway_hook_failures_total\{hook="connect",proxy="default",reason="invalid"\} [1-9]/,
  );
  expect(stage.hub.logs()).toContain("result.user: must be string");
});
