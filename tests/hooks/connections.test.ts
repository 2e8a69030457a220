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

  test("has the newest publication of a subscription at once where the back end says `cache_recover`", async () => {
    for (const channel of ["last:1", "last:2"]) await stage.hub.post("/api/publish", { channel, data: 7 });
    const subs = { "last:1": { cache_recover: true }, "last:2": {} };
    stage.says({ connect: result({ user: "ann", subs }) });
    const { peer, reply } = await stage.stranger();
    expect(reply).toMatchObject({ connect: { subs: { "last:1": { publications: [{ data: 7 }] } } } });
    const { subs: told } = reply["connect"] as { subs: Record<string, object> };
    expect(told["last:2"]).not.toHaveProperty("publications");
    await peer.close();
  });

  test("is asked about with what it says of itself, and with no header that it could forge", async () => {
    const headers = { Authorization: "Bearer x", Cookie: "forged", "X-User-Id": "root", "webhook-id": "forged" };
    const connect = { name: "js", version: "1.2", data: { room: 7 }, headers, subs: { lobby: {} } };
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
      data: { room: 7 },
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
    ["no user", { json: { result: {} } }, failed],
    ["notes that are no object", { json: { result: { user: "a", meta: [1] } } }, failed],
    ["17 KB of notes", { json: { result: { user: "a", meta: { x: "y".repeat(17_000) } } } }, failed],
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

test("failures are counted by hook and reason, and the log names the field", async () => {
  stage.says({ connect: { json: { result: { user: 56 } } } });
  await (await stage.stranger()).peer.close();
  const metrics = await (await fetch(`${stage.hub.gateways[0]?.url}/metrics`)).text();
  expect(metrics).toMatch(
    /switchyard_gateway_hook_failures_total\{hook="connect",proxy="default",reason="invalid"\} [1-9]/,
  );
  expect(stage.hub.logs()).toContain("result.user: must be string");
});
