import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Centrifuge } from "centrifuge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

/** What each call of the server API does to real connections on two gateways. */

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({
    gateways: 2,
    workers: 0,
    settings: {
      client: { expired_close_delay: "500ms" },
      channel: {
        namespaces: [
          { name: "news", allow_subscribe_for_client: true },
          {
            name: "chat",
            allow_subscribe_for_client: true,
            allow_publish_for_subscriber: true,
            history_size: 10,
            history_ttl: "60s",
          },
          { name: "room", allow_subscribe_for_client: true, presence: true },
        ],
      },
    },
  });
});
afterAll(() => hub?.close());

interface Tab extends CentrifugePeer {
  /** The client id. */
  readonly client: string;
}

async function open(gateway: number, user: string, claims: object = {}): Promise<Tab> {
  const peer = await connectPeer(hub.websocketUrl(gateway));
  const { connect } = await peer.call({ connect: { token: hub.token(user, { ...claims }) } });
  return { ...peer, client: (connect as { client: string }).client };
}

/** Three tabs of a user: two on the first gateway, one on the second. */
const openThree = (user: string) => Promise.all([0, 0, 1].map((gateway) => open(gateway, user)));
const closeAll = (tabs: readonly Tab[]) => Promise.all(tabs.map((tab) => tab.close()));

async function call(method: string, params: object): Promise<Record<string, unknown>> {
  const { body } = await hub.post(`/api/${method}`, params);
  expect(body).toHaveProperty("result");
  return (body as { result: Record<string, unknown> }).result;
}

const withKey = (key: string) => (push: Record<string, unknown>) => key in push;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

describe("a receipt", () => {
  test("counts three tabs on two gateways, fewer as they close, and nobody in the end", async () => {
    const tabs = await openThree("ann");
    const publish = () => call("publish", { user: "ann", data: 1, receipt: true });
    expect(await publish()).toEqual({ offset: 1, epoch: expect.any(String), delivered: 3, nodes: 2 });
    for (const tab of tabs) expect(await tab.nextPush(withKey("pub"))).toMatchObject({ pub: { data: 1 } });
    await tabs.pop()?.close();
    await eventually(async () => expect(await publish()).toMatchObject({ delivered: 2 }));
    await closeAll(tabs);
    await eventually(async () => expect(await publish()).toMatchObject({ delivered: 0 }));
  });

  test("is there for every channel of many", async () => {
    const tabs = await Promise.all([open(0, "ben"), open(1, "cid")]);
    const { responses } = await call("broadcast", { channels: ["user:ben", "user:nobody"], data: 1, receipt: true });
    expect(responses).toMatchObject([{ result: { delivered: 1 } }, { result: { delivered: 0 } }]);
    const { responses: users } = await call("publish", { users: ["ben", "cid"], data: 2, receipt: true });
    expect(users).toMatchObject([{ result: { delivered: 1 } }, { result: { delivered: 1 } }]);
    await closeAll(tabs);
  });

  test("does not count the connection that is left out, which gets nothing", async () => {
    const tabs = await openThree("dora");
    const [sender] = tabs;
    const message = { user: "dora", data: "for the others", exclude_client: sender?.client, receipt: true };
    expect(await call("publish", message)).toMatchObject({ delivered: 2 });
    await call("publish", { user: "dora", data: "for all" });
    for (const tab of tabs) {
      const expected = tab === sender ? ["for all"] : ["for the others", "for all"];
      await eventually(() =>
        expect(tab.pushes.map((push) => (push["pub"] as { data: unknown }).data)).toEqual(expected),
      );
    }
    await closeAll(tabs);
  });

  test("says that it is partial when a gateway does not answer", async () => {
    const tabs = await openThree("eli");
    hub.gateways[1]?.signal("SIGSTOP");
    try {
      expect(await call("publish", { user: "eli", data: 1, receipt: true })).toMatchObject({
        delivered: 2,
        nodes: 2,
        partial: true,
      });
    } finally {
      hub.gateways[1]?.signal("SIGCONT");
    }
    expect(await tabs[2]?.nextPush(withKey("pub"))).toMatchObject({ pub: { data: 1 } });
    await closeAll(tabs);
  });
});

describe("a message without a channel", () => {
  test("reaches one connection, byte for byte, and no other of the user", async () => {
    const tabs = await openThree("fay");
    const target = tabs[2];
    const data = '{"id":9007199254740993,"text":"中文"}';
    const headers = { "content-type": "application/json", "x-api-key": hub.apiKey };
    const body = `{"client":"${target?.client}","data":${data}}`;
    const response = await fetch(`${hub.api.url}/api/publish`, { method: "POST", headers, body });
    expect(await response.json()).toEqual({ result: { delivered: 1, nodes: 2 } });
    await target?.nextPush(withKey("message"));
    // A ping may have come behind it.
    const pushed = target?.frames.findLast((frame) => frame.includes('"push"'));
    expect(pushed).toContain(`{"push":{"message":{"data":${data}}}}`);
    expect(tabs.slice(0, 2).flatMap(({ pushes }) => pushes)).toEqual([]);
    await closeAll(tabs);
    expect(await call("publish", { client: "long-gone", data: 1 })).toEqual({ delivered: 0, nodes: 2 });
  });

  test("reaches everybody, but for the one left out", async () => {
    const tabs = await Promise.all([open(0, "gus"), open(1, "hal"), open(1, "ivy")]);
    const [left] = tabs;
    expect(await call("publish", { all: true, data: "noon", exclude_client: left?.client })).toMatchObject({
      delivered: 2,
    });
    await call("publish", { all: true, data: "done" });
    for (const tab of tabs) {
      const expected = tab === left ? ["done"] : ["noon", "done"];
      await eventually(() =>
        expect(tab.pushes.map((push) => (push["message"] as { data: unknown }).data)).toEqual(expected),
      );
    }
    await closeAll(tabs);
  });
});

describe("subscribing from outside", () => {
  test("puts every tab of the user into the channel and takes them out again, by pushes", async () => {
    const tabs = await openThree("jan");
    const channel = "news:jan";
    expect(await call("subscribe", { user: "jan", channel })).toEqual({ connections: 3 });
    for (const tab of tabs) expect(await tab.nextPush(withKey("subscribe"))).toMatchObject({ channel });
    expect(await call("publish", { channel, data: 1, receipt: true })).toMatchObject({ delivered: 3 });
    expect(await call("unsubscribe", { user: "jan", channel })).toEqual({ connections: 3 });
    for (const tab of tabs) {
      const push = await tab.nextPush(withKey("unsubscribe"));
      expect(push).toEqual({ channel, unsubscribe: { code: 2000, reason: "server unsubscribe" } });
    }
    expect(await call("unsubscribe", { user: "jan", channel })).toEqual({ connections: 0 });
    await closeAll(tabs);
  });

  test("concerns one connection where one is named, by either name and only if it is the user's", async () => {
    const tabs = await openThree("kim");
    const client = tabs[1]?.client;
    const channel = "chat:kim";
    expect(await call("subscribe", { user: "leo", client, channel })).toEqual({ connections: 0 });
    expect(await call("subscribe", { user: "kim", client, channel })).toEqual({ connections: 1 });
    expect(await tabs[1]?.nextPush(withKey("subscribe"))).toMatchObject({ channel });
    expect(await call("unsubscribe", { user: "", session: client, client: "", channel })).toEqual({ connections: 1 });
    expect(await tabs[1]?.nextPush(withKey("unsubscribe"))).toMatchObject({ channel });
    await closeAll(tabs);
  });
});

describe("disconnecting", () => {
  test("ends every tab but those on the whitelist, with the code that keeps clients away", async () => {
    const tabs = await openThree("mia");
    const stays = tabs.pop();
    expect(await call("disconnect", { user: "mia", whitelist: [stays?.client] })).toEqual({ connections: 2 });
    for (const tab of tabs) expect(await tab.closed).toEqual({ code: 3503, reason: "force disconnect" });
    expect(await call("publish", { user: "mia", data: 1, receipt: true })).toMatchObject({ delivered: 1 });
    await stays?.close();
  });

  test.each([
    [{ code: 4501, reason: "logged out" }, false],
    [{ code: 4001, reason: "moved" }, true],
  ])("is seen by the SDK as %j, and brings it back: %s", async (disconnect, comesBack) => {
    const sdk = await connectSdk("nia");
    const ended = new Promise<object>((resolve) => sdk.once(comesBack ? "connecting" : "disconnected", resolve));
    expect(await call("disconnect", { user: "nia", disconnect })).toEqual({ connections: 1 });
    expect(await ended).toEqual(disconnect);
    if (comesBack) await sdk.ready();
    expect(sdk.state).toBe(comesBack ? "connected" : "disconnected");
    sdk.disconnect();
  });
});

describe("the end of a connection", () => {
  test("is taken away by a refresh, and set by another", async () => {
    const exp = inSeconds(2);
    const [kept, ends] = await Promise.all([open(0, "pam", { exp }), open(1, "quinn", { exp })]);
    expect(await call("refresh", { user: "pam" })).toEqual({ connections: 1 });
    expect((await ends.closed).code).toBe(3005);
    expect(await call("publish", { user: "pam", data: 1, receipt: true })).toMatchObject({ delivered: 1 });
    expect(await call("refresh", { user: "pam", expire_at: inSeconds(2) })).toEqual({ connections: 1 });
    expect(await kept.closed).toEqual({ code: 3005, reason: "connection expired" });
  });

  test.each([{ expired: true }, { expire_at: 1 }])("comes at once by a refresh with %j", async (end) => {
    const tab = await open(0, "ray");
    expect(await call("refresh", { user: "ray", ...end })).toEqual({ connections: 1 });
    expect(await tab.closed).toEqual({ code: 3005, reason: "connection expired" });
  });

  test("comes at once for a user who is revoked, whose old token is refused then, and a new one is not", async () => {
    const tabs = await Promise.all([open(0, "rex", { iat: inSeconds(-60) }), open(1, "rex", { iat: inSeconds(-60) })]);
    const started = performance.now();
    await call("revoke", { user: "rex", until: inSeconds(600) });
    for (const tab of tabs) expect((await tab.closed).code).toBe(3503);
    expect(performance.now() - started).toBeLessThan(2_000);
    const again = await connectPeer(hub.websocketUrl(1));
    again.send({ id: 1, connect: { token: hub.token("rex", { iat: inSeconds(-60) }) } });
    expect((await again.closed).code).toBeGreaterThanOrEqual(3500);
    const anew = await open(0, "rex", { iat: inSeconds(2) });
    expect(anew.client).toEqual(expect.any(String));
    await anew.close();
  });
});

describe("reading", () => {
  test("history tells what a client has published, and who", async () => {
    const tab = await open(0, "sue");
    await tab.call({ subscribe: { channel: "chat:sue" } });
    await tab.call({ publish: { channel: "chat:sue", data: "hello" } });
    expect(await call("history", { channel: "chat:sue", limit: 1 })).toEqual({
      publications: [{ offset: 1, data: "hello", info: { user: "sue", client: tab.client } }],
      offset: 1,
      epoch: expect.any(String),
    });
    await tab.close();
  });

  test("presence lists clients of both gateways, and they are gone when they have left", async () => {
    const channel = "room:tea";
    const tabs = await openThree("tom");
    for (const tab of tabs) await tab.call({ subscribe: { channel } });
    expect(await call("presence_stats", { channel })).toEqual({ num_clients: 3, num_users: 1 });
    const listed = Object.fromEntries(tabs.map(({ client }) => [client, { user: "tom", client }]));
    expect(await call("presence", { channel })).toEqual({ presence: listed });
    await closeAll(tabs);
    await eventually(async () => expect(await call("presence", { channel })).toEqual({ presence: {} }));
  });

  test("a batch does all of it in one request", async () => {
    const tab = await open(1, "uma");
    const commands = [
      { subscribe: { user: "uma", channel: "chat:uma" } },
      { publish: { user: "uma", data: 1, receipt: true } },
      { disconnect: { user: "uma" } },
    ];
    expect((await hub.post("/api/batch", { commands })).body).toEqual({
      replies: [
        { subscribe: { connections: 1 } },
        { publish: expect.objectContaining({ delivered: 1 }) },
        { disconnect: { connections: 1 } },
      ],
    });
    expect((await tab.closed).code).toBe(3503);
  });
});

test("receipts and commands find connections again after Redis has been away", async () => {
  const sdks = await Promise.all([connectSdk("vic"), connectSdk("vic")]);
  // This Redis forgets, so the gateways send the SDKs away to begin anew, on streams that do.
  const begunAnew = sdks.map((sdk) => new Promise((resolve) => sdk.once("connected", resolve)));
  await hub.redis.restart("SIGKILL");
  await Promise.all(begunAnew);
  const publish = () => hub.post("/api/publish", { user: "vic", data: 1, receipt: true });
  await eventually(async () => expect((await publish()).body).toMatchObject({ result: { delivered: 2 } }), {
    timeoutMs: 10_000,
  });
  expect(await call("disconnect", { user: "vic" })).toEqual({ connections: 2 });
  await eventually(() => expect(sdks.map(({ state }) => state)).toEqual(["disconnected", "disconnected"]));
});

/** The SDK as it comes from npm. */
async function connectSdk(user: string): Promise<Centrifuge> {
  // One frame per turn, as browsers do it.
  class Socket extends WebSocket {
    constructor(url: string) {
      super(url, { allowSynchronousEvents: false });
    }
  }
  const sdk = new Centrifuge(hub.websocketUrl(0), { websocket: Socket, token: hub.token(user), minReconnectDelay: 50 });
  sdk.connect();
  await sdk.ready();
  return sdk;
}
