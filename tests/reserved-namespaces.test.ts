import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The hub's own namespaces take no publications and no unforeseen subscriptions from outside, whatever door is tried. */

let hub: Hub;
let task: { id: string; channel: string };
beforeAll(async () => {
  const settings = { handlers: { test: { kind: "module", module: "./handlers/test.ts" } } };
  hub = await startHub({ gateways: 1, settings });
  task = (await hub.post("/v1/tasks", { handler: "test", data: 1 })).body as typeof task;
  await hub.get(`/v1/tasks/${task.id}?wait=30`);
});
afterAll(() => hub?.close());

const closedToWriters = () => [task.channel, "group:1", "hub:events"];

async function connected(user: string, claims: object = {}): Promise<CentrifugePeer> {
  const peer = await connectPeer(hub.websocketUrl());
  await peer.call({ connect: { token: hub.token(user, { ...claims }) } });
  return peer;
}

async function call(method: string, params: object): Promise<unknown> {
  const { body } = await hub.post(`/api/${method}`, params);
  return body;
}

describe("publications", () => {
  const denied = { error: { code: 103, message: expect.stringContaining("only the hub publishes there") } };

  test("are refused through the server API, by every one of its commands", async () => {
    for (const channel of closedToWriters()) {
      expect(await call("publish", { channel, data: { seq: 1e9 } })).toMatchObject(denied);
      expect(await call("publish", { channels: [channel], data: 1 })).toMatchObject({
        result: { responses: [denied] },
      });
      expect(await call("broadcast", { channels: [channel], data: 1 })).toMatchObject({
        result: { responses: [denied] },
      });
      expect(await call("batch", { commands: [{ publish: { channel, data: 1 } }] })).toMatchObject({
        replies: [denied],
      });
      expect(await call("history_remove", { channel })).toMatchObject({ error: { code: 103 } });
    }
    expect((await hub.get(`/v1/tasks/${task.id}`)).body).toMatchObject({ status: "succeeded" });
    expect(await call("history", { channel: task.channel, limit: 1 })).toMatchObject({
      result: { publications: [{ data: { status: "succeeded" } }] },
    });
  });

  test("are refused to clients, to the very channels they are subscribed to as well", async () => {
    const peer = await connected("ann");
    for (const channel of [...closedToWriters(), "user:ann", "user:bob"]) {
      expect(await peer.call({ publish: { channel, data: 1 } })).toMatchObject({ error: { code: 103 } });
    }
    expect(await peer.call({ publish: { channel: "user:bob", data: 1 } })).toMatchObject({
      error: { message: expect.stringContaining("let your back end call /api/publish with `user`") },
    });
    await peer.close();
  });

  test("to a user go on, by the server API", async () => {
    const peer = await connected("ann");
    for (const target of [{ user: "ann" }, { channel: "user:ann" }, { users: ["ann"] }]) {
      expect(await call("publish", { ...target, data: "hello" })).toHaveProperty("result");
      expect(await peer.nextPush()).toMatchObject({ channel: "user:ann", pub: { data: "hello" } });
    }
    expect(await call("history_remove", { channel: "user:ann" })).toEqual({ result: {} });
    await peer.close();
  });
});

describe("the channel of a user is opened to nobody else", () => {
  test("by no subscription token", async () => {
    const peer = await connected("eve");
    for (const sub of ["eve", ""]) {
      const token = hub.token(sub, { channel: "user:ann" });
      expect(await peer.call({ subscribe: { channel: "user:ann", token } })).toMatchObject({ error: { code: 103 } });
    }
    await peer.close();
  });

  test("by no connection token, which may name the user's own", async () => {
    const peer = await connectPeer(hub.websocketUrl());
    const token = hub.token("eve", { channels: ["user:ann"] });
    expect(await peer.call({ connect: { token } })).toMatchObject({ error: { code: 103 } });
    peer.terminate();
    const own = await connected("eve", { channels: ["user:eve"] });
    expect(await own.call({ subscribe: { channel: "user:eve" } })).toMatchObject({ error: { code: 105 } });
    await own.close();
  });

  test("by no call of the server API", async () => {
    const peer = await connected("eve");
    expect(await call("subscribe", { user: "eve", channel: "user:ann" })).toMatchObject({ error: { code: 103 } });
    await call("publish", { user: "ann", data: "private" });
    await peer.call({ unsubscribe: { channel: "user:ann" } });
    expect(peer.pushes).toEqual([]);
    await peer.close();
  });
});

test("tasks, groups and events are watched by token or by the server API, and not without", async () => {
  const peer = await connected("ann");
  for (const channel of closedToWriters()) {
    expect(await peer.call({ subscribe: { channel } })).toMatchObject({ error: { code: 103 } });
    const token = hub.token("ann", { channel });
    expect(await peer.call({ subscribe: { channel, token } })).toHaveProperty("subscribe");
    await peer.call({ unsubscribe: { channel } });
    expect(await call("subscribe", { user: "ann", channel })).toMatchObject({ result: { connections: 1 } });
  }
  await peer.close();
});

test("insecure mode opens neither", async () => {
  const insecure = await startHub({ gateways: 1, workers: 0, env: { SWITCHYARD_CLIENT_INSECURE: "true" } });
  try {
    const peer = await connectPeer(insecure.websocketUrl());
    await peer.call({ connect: {} });
    expect(await peer.call({ subscribe: { channel: "user:ann" } })).toMatchObject({ error: { code: 103 } });
    expect(await peer.call({ publish: { channel: "hub:events", data: 1 } })).toMatchObject({ error: { code: 103 } });
    expect(await peer.call({ subscribe: { channel: "hub:events" } })).toHaveProperty("subscribe");
    await peer.close();
  } finally {
    await insecure.close();
  }
});
