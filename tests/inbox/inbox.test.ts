import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { type CentrifugePeer, connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { openStreamLine } from "@switchyard/testkit/stream-line";
import { Centrifuge as ProtobufCentrifuge } from "centrifuge/build/protobuf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type InboxHub, OneFramePerTurn, startInboxHub, type Tab } from "./inbox-hub.ts";

let inboxHub: InboxHub;
let user: string;
let count = 0;
beforeAll(async () => {
  inboxHub = await startInboxHub();
});
beforeEach(() => {
  user = `user ${++count}`;
});
afterEach(() => inboxHub.disconnectAll());
afterAll(() => inboxHub?.close());

const call = (peer: CentrifugePeer, method: string, data?: unknown) =>
  peer.call({ rpc: { method, ...(data === undefined ? {} : { data }) } });

describe("a user's pages", () => {
  test("begin with what is in the inbox, and three tabs on three gateways show one badge after each change", async () => {
    await inboxHub.add(user, "before", { category: "orders" });
    const tabs = await Promise.all([0, 1, 2].map((gateway) => inboxHub.openTab(user, gateway)));
    for (const { begun } of tabs)
      expect(begun).toMatchObject([{ items: [{ title: "before" }], counts: { unseen: 1, unread: 1 }, cursor: null }]);
    await inboxHub.add(user, "more");
    await expect.poll(() => tabs.map((tab) => tab.badge())).toEqual([2, 2, 2]);
    const seq = tabs[0]?.begun[0]?.items[0]?.seq;
    await tabs[1]?.client.rpc("inbox.seen", { upTo: seq });
    await expect.poll(() => tabs.map((tab) => tab.badge())).toEqual([1, 1, 1]);
    const told = tabs.map(({ events }) => JSON.stringify(events));
    expect(new Set(told).size).toBe(1);
  });

  test("recover what they missed in a short absence, without a snapshot, and begin anew after a long one", async () => {
    const tab = await inboxHub.openTab(user, 0);
    await inboxHub.add(user, "one");
    await expect.poll(() => tab.events.length).toBe(1);
    tab.client.disconnect();
    await inboxHub.add(user, "two");
    tab.client.connect();
    await tab.subscription.ready(5_000);
    await expect.poll(() => tab.badge()).toBe(2);
    expect(tab.subscribed.map(({ recovered, data }) => [recovered, data !== undefined])).toEqual([
      [false, true],
      [true, false],
    ]);
    tab.client.disconnect();
    for (let n = 0; n < 250; n++) await inboxHub.add(user, `n${n}`, { key: `k${n % 30}` });
    tab.client.connect();
    await tab.subscription.ready(5_000);
    const { counts } = await inboxHub.inbox.counts(parseInboxUser(user));
    expect(tab.subscribed.at(-1)).toMatchObject({ wasRecovering: true, recovered: false });
    expect(tab.begun.at(-1)).toMatchObject({ counts });
    expect(tab.begun.at(-1)?.items).toHaveLength(20);
    expect(tab.badge()).toBe(32);
    await inboxHub.add(user, "after");
    await expect.poll(() => tab.badge()).toBe(33);
  });

  test("miss nothing and see nothing twice while items are added as they open", async () => {
    let isOver = false;
    const adding = (async () => {
      for (let n = 0; !isOver && n < 2_000; n++) await inboxHub.add(user, `n${n}`, { key: `k${n % 40}` });
    })();
    const tabs: Tab[] = [];
    for (let n = 0; n < 12; n++) tabs.push(await inboxHub.openTab(user, n % 3));
    isOver = true;
    await adding;
    const { counts, position } = await inboxHub.inbox.counts(parseInboxUser(user));
    for (const tab of tabs) {
      await expect
        .poll(() => tab.events.at(-1)?.offset ?? tab.subscribed[0]?.streamPosition?.offset)
        .toBe(position.offset);
      const start = tab.subscribed[0]?.streamPosition?.offset ?? 0;
      expect(tab.events.map(({ offset }) => offset)).toEqual(tab.events.map((_, index) => start + 1 + index));
      expect(tab.badge()).toBe(counts.unseen);
    }
  });

  test("are their user's alone: nobody else subscribes, whatever token they hold, and nobody publishes", async () => {
    const peer = await inboxHub.connected(user);
    const token = inboxHub.hub.token(user, { channel: "inbox:other" });
    for (const subscribe of [{ channel: "inbox:other" }, { channel: "inbox:other", token }, { channel: "inbox:" }])
      expect(await peer.call({ subscribe })).toMatchObject({ error: { code: 103 } });
    for (const command of [
      { publish: { channel: `inbox:${user}`, data: {} } },
      { history: { channel: `inbox:${user}`, limit: 1 } },
      { presence: { channel: `inbox:${user}` } },
    ])
      expect(await peer.call(command)).toMatchObject({ error: { code: 103 } });
    const published = await inboxHub.hub.post("/api/publish", { channel: `inbox:${user}`, data: {} });
    expect(published.body).toMatchObject({ error: { code: 103 } });
    expect(await peer.call({ subscribe: { channel: `inbox:${user}` } })).toMatchObject({
      subscribe: { recoverable: true },
    });
  });

  test("over a connection token: the channel is granted to its user, with what it begins with, and refused to others", async () => {
    await inboxHub.add(user, "listed");
    const own = await connectPeer(inboxHub.hub.websocketUrl());
    const { connect } = await own.call({
      connect: { token: inboxHub.hub.token(user, { channels: [`inbox:${user}`] }) },
    });
    expect(connect).toMatchObject({ subs: { [`inbox:${user}`]: { data: { items: [{ title: "listed" }] } } } });
    await own.close();
    const forged = await connectPeer(inboxHub.hub.websocketUrl());
    expect(
      await forged.call({ connect: { token: inboxHub.hub.token("eve", { channels: [`inbox:${user}`] }) } }),
    ).toMatchObject({
      error: { code: 103 },
    });
    await forged.close();
  });
});

describe("without a WebSocket", () => {
  const expectFollows = async (messages: readonly string[]) => {
    await expect.poll(() => messages.join("")).toContain('"items":[{"id":"n_');
    await inboxHub.add(user, "later");
    await expect.poll(() => messages.at(-1)).toContain('"title":"later"');
    expect(messages.at(-1)).toContain('"counts":{"unread":2');
  };

  test.each(["http_stream", "sse"] as const)("over %s a page begins and follows as over a WebSocket", async (kind) => {
    await inboxHub.add(user, "before");
    const messages: string[] = [];
    const opening = [{ connect: { token: inboxHub.hub.token(user) } }, { subscribe: { channel: `inbox:${user}` } }];
    const line = openStreamLine(
      {
        kind,
        origin: inboxHub.hub.gateways[0]?.url ?? "",
        opening: opening.map((command, index) => JSON.stringify({ id: index + 1, ...command })).join("\n"),
      },
      { message: (text) => void messages.push(text), closed: () => undefined },
    );
    await expectFollows(messages);
    line.drop();
  });

  test("a stream that only listens gets it in its first message, when the token names the channel", async () => {
    await inboxHub.add(user, "before");
    const token = inboxHub.hub.token(user, { channels: [`inbox:${user}`] });
    const stop = new AbortController();
    const response = await fetch(`${inboxHub.hub.gateways[1]?.url}/connection/uni_http_stream`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
      signal: stop.signal,
    });
    const messages: string[] = [];
    const reading = (async () => {
      for await (const bytes of response.body ?? []) messages.push(Buffer.from(bytes).toString());
    })().catch(() => undefined);
    await expectFollows(messages);
    stop.abort();
    await reading;
  });
});

describe("calls of a client", () => {
  test("list, count, mark, act and snooze, each answered with the counts and the position that follow", async () => {
    const { id } = await inboxHub.add(user, "a", { category: "orders", actions: [{ id: "approve", label: "OK" }] });
    const second = await inboxHub.add(user, "b");
    const peer = await inboxHub.connected(user);
    const listed = await call(peer, "inbox.list", { status: "unread", limit: 1 });
    expect(listed).toMatchObject({
      rpc: {
        data: { items: [{ title: "b" }], counts: { unread: 2 }, position: { offset: 2 }, cursor: expect.any(Number) },
      },
    });
    expect(await call(peer, "inbox.counts")).toMatchObject({
      rpc: { data: { counts: { unread: 2, categories: { orders: 1 } } } },
    });
    expect(await call(peer, "inbox.act", { id, action: "approve" })).toMatchObject({
      rpc: { data: { outcome: "done", action: "approve", counts: { unread: 1 }, position: { offset: 3 } } },
    });
    expect(await call(peer, "inbox.unread", { ids: [id] })).toMatchObject({ rpc: { data: { changed: 1 } } });
    expect(await call(peer, "inbox.read", { upTo: Number.MAX_SAFE_INTEGER })).toMatchObject({
      rpc: { data: { changed: 2 } },
    });
    expect(await call(peer, "inbox.archive", { ids: [second.id] })).toMatchObject({
      rpc: { data: { counts: { total: 1 } } },
    });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect(await call(peer, "inbox.snooze", { id, until })).toMatchObject({
      rpc: { data: { outcome: "done", counts: { total: 0 } } },
    });
    expect(await call(peer, "inbox.preferences", { orders: { inbox: false } })).toMatchObject({
      rpc: { data: { orders: { inbox: false } } },
    });
    expect(await call(peer, "inbox.preferences")).toMatchObject({ rpc: { data: { orders: { inbox: false } } } });
    expect((await inboxHub.add(user, "c", { category: "orders" })).outcome).toBe("muted");
    expect(await call(peer, "inbox.preferences", {})).toMatchObject({ rpc: { data: {} } });
    expect((await inboxHub.add(user, "c", { category: "orders" })).outcome).toBe("stored");
  });

  test("hand items out digit by digit", async () => {
    await inboxHub.add(user, "exact", '{"title":"exact","data":{"id":90071992547409931234,"price":1.10}}');
    const peer = await inboxHub.connected(user);
    await call(peer, "inbox.list");
    expect(peer.frames.join("\n")).toContain('"data":{"id":90071992547409931234,"price":1.10}');
  });

  test.each([
    ["inbox.list", { limit: 101 }, 107, "limit: must be a whole number from 1 to 100"],
    ["inbox.list", { status: "new" }, 107, "status: must be one of"],
    ["inbox.list", { cursor: -1 }, 107, "cursor: must be the `seq` of an item"],
    ["inbox.list", { staus: "all" }, 107, "staus: unknown field; did you mean status?"],
    ["inbox.list", [], 107, "body: must be an object"],
    ["inbox.read", {}, 107, "ids: exactly one of `ids` and `upTo` must be there"],
    ["inbox.read", { ids: [] }, 107, "ids: must be a list of 1 to 500 ids"],
    ["inbox.read", { ids: ["n_1"] }, 107, "ids[0]: must be the id of an item"],
    ["inbox.archive", { upTo: 1, category: "a b" }, 107, "category: must be 1 to 32"],
    ["inbox.seen", {}, 107, "upTo: must be the `seq`"],
    ["inbox.act", { id: `n_${"0".repeat(21)}`, action: "a b" }, 107, "action: must be 1 to 64"],
    [
      "inbox.snooze",
      { id: `n_${"0".repeat(21)}`, until: "2027-01-01T09:00:00" },
      107,
      "until: must be whole milliseconds",
    ],
    [
      "inbox.snooze",
      { id: `n_${"0".repeat(21)}`, until: "2999-01-01T09:00:00Z" },
      107,
      "until: must be within 30 days",
    ],
    ["inbox.preferences", { orders: { inbox: "no" } }, 107, "orders.inbox: must be true or false"],
    [
      "inbox.preferences",
      { quietHours: { timeZone: "Mars/Base", from: "22:00", to: "07:00" } },
      107,
      "quietHours.timeZone: must be an IANA name",
    ],
    ["inbox.lsit", {}, 104, "method: did you mean inbox.list?"],
  ])("%s %j is refused by field and bound", async (method, data, code, words) => {
    const { error } = await call(await inboxHub.connected(user), method, data);
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test("are not for the anonymous user, and other names are nobody's", async () => {
    const anonymous = await startAnonymous();
    expect(await call(anonymous, "inbox.list")).toMatchObject({ error: { code: 103 } });
    expect(await anonymous.call({ subscribe: { channel: "inbox:" } })).toMatchObject({ error: { code: 103 } });
    expect(await call(await inboxHub.connected(user), "other")).toMatchObject({ error: { code: 108 } });
  });

  test("speak Protobuf: the snapshot, the events and the answers are bytes of JSON", async () => {
    await inboxHub.add(user, "a", { data: { id: 1 } });
    const sdk = new ProtobufCentrifuge(inboxHub.hub.websocketUrl(1), {
      websocket: OneFramePerTurn,
      token: inboxHub.hub.token(user),
    });
    inboxHub.closeAfterTest(sdk);
    const subscription = sdk.newSubscription(`inbox:${user}`);
    const [begun, events]: [unknown[], unknown[]] = [[], []];
    const jsonOf = (bytes: unknown) => JSON.parse(new TextDecoder().decode(bytes as Uint8Array)) as unknown;
    subscription.on("subscribed", ({ data }) => void begun.push(jsonOf(data)));
    subscription.on("publication", ({ data }) => void events.push(jsonOf(data)));
    subscription.subscribe();
    sdk.connect();
    await subscription.ready(5_000);
    expect(begun).toMatchObject([{ items: [{ title: "a" }], counts: { unread: 1 } }]);
    const { data } = await sdk.rpc("inbox.read", new TextEncoder().encode(`{"upTo": ${Number.MAX_SAFE_INTEGER}}`));
    expect(jsonOf(data)).toMatchObject({ changed: 1, counts: { unread: 0 } });
    await expect.poll(() => events).toMatchObject([{ type: "state", state: "read", counts: { unread: 0 } }]);
    expect(jsonOf((await sdk.rpc("inbox.counts", new Uint8Array())).data)).toMatchObject({ counts: { total: 1 } });
    await expect(sdk.rpc("inbox.read", new TextEncoder().encode("{"))).rejects.toMatchObject({ code: 107 });
  });
});

async function startAnonymous(): Promise<CentrifugePeer> {
  const gateway = await inboxHub.hub.start("gateway", {
    SWITCHYARD_CLIENT_ALLOW_ANONYMOUS_CONNECT_WITHOUT_TOKEN: "true",
  });
  const peer = await connectPeer(`${gateway.url.replace(/^http/, "ws")}/connection/websocket`);
  await peer.call({ connect: {} });
  inboxHub.closeAfterTest({ disconnect: () => void peer.close() });
  return peer;
}
