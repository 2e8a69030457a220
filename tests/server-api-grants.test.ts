import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** What a back end gives to subscriptions and connections of others, and the channels there are, on two real gateways. */

let hub: Hub;
beforeAll(async () => {
  const kept = { history_size: 10, history_ttl: "60s", force_recovery: true };
  const namespaces = [
    { name: "feed", ...kept },
    { name: "room", presence: true, join_leave: true, force_push_join_leave: true, allow_subscribe_for_client: true },
    { name: "plain", history_size: 10, history_ttl: "60s", allow_subscribe_for_client: true },
  ];
  hub = await startHub({
    gateways: 2,
    workers: 0,
    settings: { client: { expired_sub_close_delay: "200ms", expired_close_delay: "200ms" }, channel: { namespaces } },
  });
});
afterAll(() => hub?.close());

async function open(gateway: number, user: string, claims: object = {}): Promise<CentrifugePeer & { client: string }> {
  const peer = await connectPeer(hub.websocketUrl(gateway));
  const { connect } = await peer.call({ connect: { token: hub.token(user, { ...claims }) } });
  return { ...peer, client: (connect as { client: string }).client };
}

async function call(method: string, params: object): Promise<Record<string, unknown>> {
  const { body } = await hub.post(`/api/${method}`, params);
  expect(body).toHaveProperty("result");
  return (body as { result: Record<string, unknown> }).result;
}

async function refusal(method: string, params: object): Promise<{ code: number; message: string }> {
  return ((await hub.post(`/api/${method}`, params)).body as { error: { code: number; message: string } }).error;
}

const withKey = (key: string) => (push: Record<string, unknown>) => key in push;
/** Whole seconds, as tokens have them: up to a second less than it says. */
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

describe("subscribing from outside", () => {
  test("hands `data` to the client as it was sent, and `info` to the others", async () => {
    const watcher = await open(0, "ann");
    await watcher.call({ subscribe: { channel: "room:data" } });
    const tab = await open(1, "ben");
    const headers = { "content-type": "application/json", "x-api-key": hub.apiKey };
    const body = `{"user":"ben","channel":"room:data","info":{"role":"guest"},"data":{"id":9007199254740993}}`;
    const response = await fetch(`${hub.api.url}/api/subscribe`, { method: "POST", headers, body });
    expect(await response.json()).toEqual({ result: { connections: 1 } });
    await tab.nextPush(withKey("subscribe"));
    expect(tab.frames.join("\n")).toContain('"data":{"id":9007199254740993}');
    const info = { user: "ben", client: tab.client, chan_info: { role: "guest" } };
    const isBen = (push: Record<string, unknown>) => JSON.stringify(push).includes(tab.client);
    expect(await watcher.nextPush(isBen)).toEqual({ channel: "room:data", join: { info } });
    expect(await call("presence", { channel: "room:data" })).toMatchObject({ presence: { [tab.client]: info } });
    await Promise.all([watcher.close(), tab.close()]);
  });

  test("and refreshing keep the digits of `info`, all the way to the others", async () => {
    const tab = await open(1, "uma");
    const send = (method: string, body: string) => {
      const headers = { "content-type": "application/json", "x-api-key": hub.apiKey };
      return fetch(`${hub.api.url}/api/${method}`, { method: "POST", headers, body });
    };
    const exact = '{"id":9007199254740993}';
    await send("refresh", `{"user":"uma","info":${exact}}`);
    await send("subscribe", `{"user":"uma","channel":"room:exact","info":${exact}}`);
    await eventually(async () => {
      const presence = await (await send("presence", '{"channel":"room:exact"}')).text();
      expect(presence).toContain(`"conn_info":${exact},"chan_info":${exact}`);
    });
    await tab.close();
  });

  test("takes `b64data` and `b64info` for the JSON they encode", async () => {
    const tab = await open(0, "cid");
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
    const channel = "room:encoded";
    await call("subscribe", { user: "cid", channel, b64data: encode([1]), b64info: encode({ a: 1 }) });
    expect(await tab.nextPush(withKey("subscribe"))).toMatchObject({ subscribe: { data: [1] } });
    expect(JSON.stringify(await call("presence", { channel }))).toContain('"chan_info":{"a":1}');
    await tab.close();
  });

  test("continues from `recover_since`: the push, then what was missed, then what comes", async () => {
    const channel = "feed:since";
    const { epoch } = await call("publish", { channel, data: 1 });
    for (const data of [2, 3]) await call("publish", { channel, data });
    const tab = await open(1, "dora");
    await call("subscribe", { user: "dora", channel, recover_since: { offset: 1, epoch } });
    const ofChannel = (push: Record<string, unknown>) => push["channel"] === channel;
    expect(await tab.nextPush(ofChannel)).toMatchObject({ subscribe: { recovered: true, epoch, offset: 1 } });
    await call("publish", { channel, data: 4 });
    for (const data of [2, 3, 4])
      expect(await tab.nextPush(ofChannel)).toEqual({ channel, pub: { offset: data, data } });
    await tab.close();
  });

  test("says so when what was missed is gone, and sends no part of it", async () => {
    const channel = "feed:gone";
    await call("publish", { channel, data: 1 });
    const tab = await open(0, "eli");
    await call("subscribe", { user: "eli", channel, recover_since: { offset: 0, epoch: "another" } });
    const { subscribe } = await tab.nextPush(withKey("subscribe"));
    expect(subscribe).toMatchObject({ was_recovering: true, offset: 1 });
    expect(subscribe).not.toHaveProperty("recovered");
    await call("publish", { channel, data: 2 });
    expect(await tab.nextPush(withKey("pub"))).toEqual({ channel, pub: { offset: 2, data: 2 } });
    await tab.close();
  });

  test("ends at `expire_at`, and the connection stays", async () => {
    const tab = await open(1, "fay");
    const channel = "room:expires";
    await call("subscribe", { user: "fay", channel, expire_at: inSeconds(2) });
    await tab.nextPush(withKey("subscribe"));
    expect(await tab.nextPush(withKey("unsubscribe"))).toMatchObject({ channel, unsubscribe: { code: 2501 } });
    expect(await call("publish", { user: "fay", data: 1, receipt: true })).toMatchObject({ delivered: 1 });
    await tab.close();
  });

  test("sets the channel's options for this subscription alone", async () => {
    const [hidden, seen] = await Promise.all([open(0, "gus"), open(1, "hal")]);
    const channel = "room:override";
    await call("subscribe", {
      user: "gus",
      channel,
      override: { presence: { value: false }, join_leave: { value: false } },
    });
    await call("subscribe", { user: "hal", channel });
    await Promise.all([hidden, seen].map((tab) => tab.nextPush(withKey("subscribe"))));
    expect(Object.keys((await call("presence", { channel }))["presence"] as object)).toEqual([seen.client]);
    // Not told of others either, since it hears neither joins nor leaves.
    expect(hidden.pushes.filter(withKey("join"))).toEqual([]);
    const positioned = { user: "gus", channel: "plain:override", override: { force_positioning: { value: true } } };
    await call("subscribe", positioned);
    expect(await hidden.nextPush(withKey("subscribe"))).toMatchObject({ subscribe: { positioned: true } });
    await Promise.all([hidden.close(), seen.close()]);
  });

  test.each([
    [{ expire_at: 1 }, "expire_at: has passed"],
    [{ b64info: "???" }, "b64info: is not base64"],
    [{ b64data: "e30x" }, "b64data: must be the base64 of JSON"],
    [{ channel: "plain:x", recover_since: { offset: 1, epoch: "e" } }, "recover_since: this channel does not recover"],
    [{ recover_since: { offset: 1, epoch: "e" } }, "recover_since: this channel keeps no history"],
    [{ recover_since: { offset: -1, epoch: "e" } }, "recover_since.offset: "],
    [{ override: { presence: true } }, "override.presence: must be an object"],
    [{ override: { presense: { value: true } } }, "override.presense: unknown field; did you mean `presence`?"],
  ])("with %j is refused: %s", async (fields, message) => {
    const error = await refusal("subscribe", { user: "ivy", channel: "room:x", ...fields });
    expect(error).toEqual({ code: 107, message: expect.stringContaining(message) });
  });
});

describe("refreshing", () => {
  test("is told to the client: when it expires now, or that it does not", async () => {
    const tab = await open(0, "jan", { exp: inSeconds(60) });
    await call("refresh", { user: "jan", expire_at: inSeconds(600) });
    const { refresh } = (await tab.nextPush(withKey("refresh"))) as { refresh: { expires: boolean; ttl: number } };
    expect(refresh.expires).toBe(true);
    expect(refresh.ttl).toBeGreaterThan(590);
    await call("refresh", { user: "jan" });
    expect(await tab.nextPush(withKey("refresh"))).toEqual({ refresh: {} });
    await tab.close();
  });

  test("with `info` changes how others see the connection, in channels it is in and in those it comes to", async () => {
    const tab = await open(1, "kim", { info: { name: "K" } });
    await tab.call({ subscribe: { channel: "room:before" } });
    await call("refresh", { user: "kim" });
    await call("refresh", { user: "kim", info: { name: "Kim" } });
    await tab.call({ subscribe: { channel: "room:after" } });
    for (const channel of ["room:before", "room:after"]) {
      await eventually(async () =>
        expect(await call("presence", { channel })).toMatchObject({
          presence: { [tab.client]: { user: "kim", conn_info: { name: "Kim" } } },
        }),
      );
    }
    await tab.close();
  });
});

test("nothing that is sent to everybody comes ahead of a connect reply", async () => {
  let isOver = false;
  const sending = (async () => {
    while (!isOver) await call("publish", { all: true, data: "noise" });
  })();
  for (let round = 0; round < 10; round++) {
    const tabs = await Promise.all(Array.from({ length: 30 }, (_, index) => open(index % 2, `oz-${index}`)));
    const early = tabs
      .map(({ frames }) => frames[0]?.split("\n", 1)[0])
      .filter((first) => !first?.includes('"connect"'));
    expect(early).toEqual([]);
    await Promise.all(tabs.map((tab) => tab.close()));
  }
  isOver = true;
  await sending;
});

test("unsubscribing needs a channel: a forgotten field must not mean all of them", async () => {
  expect((await refusal("unsubscribe", { user: "leo" })).message).toContain("channel: is missing");
  expect((await refusal("unsubscribe", { user: "leo", channel: "" })).message).toContain("channel: must not be empty");
});

describe("the channels there are", () => {
  test("are counted over both gateways, by pattern, and gone with the last subscriber", async () => {
    const tabs = await Promise.all([open(0, "mia"), open(1, "mia"), open(1, "nia")]);
    for (const tab of tabs) await tab.call({ subscribe: { channel: "plain:list:a" } });
    await tabs[0]?.call({ subscribe: { channel: "plain:list:b" } });
    const listed = { "plain:list:a": { num_clients: 3 }, "plain:list:b": { num_clients: 1 } };
    expect(await call("channels", { pattern: "plain:list:*" })).toEqual({ channels: listed });
    expect(await call("channels", { pattern: "*:?" })).toEqual({ channels: listed });
    expect(await call("channels", {})).toMatchObject({ channels: { ...listed, "user:mia": { num_clients: 2 } } });
    await Promise.all(tabs.map((tab) => tab.close()));
    await eventually(async () => expect(await call("channels", { pattern: "plain:list:*" })).toEqual({ channels: {} }));
  });

  test("are said to be partial while a gateway does not answer", async () => {
    hub.gateways[1]?.signal("SIGSTOP");
    try {
      expect(await call("channels", { pattern: "none" })).toEqual({ channels: {}, partial: true });
    } finally {
      hub.gateways[1]?.signal("SIGCONT");
    }
  });

  test("are not listed by a pattern that means nothing", async () => {
    expect((await refusal("channels", { pattern: "a[bc]" })).message).toContain("pattern: `[` has no meaning here");
  });
});
