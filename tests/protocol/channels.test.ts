import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

const namespaces = [
  { name: "open", allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
  { name: "limited", allow_user_limited_channels: true, allow_publish_for_client: true },
  { name: "digits", allow_subscribe_for_client: true, channel_regex: "^\\d{1,4}$" },
  { name: "objects", allow_publish_for_client: true, publication_data_format: "json_object" },
  { name: "pulse", allow_publish_for_client: true, publication_data_format: "binary" },
  {
    name: "watched",
    allow_subscribe_for_client: true,
    allow_positioning: true,
    history_size: 5,
    history_ttl: "60s",
  },
  { name: "closed", history_size: 5, history_ttl: "60s" },
];
const env = {
  SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
};
let gateway: ProtocolGateway;
let insecure: ProtocolGateway;
beforeAll(async () => {
  [gateway, insecure] = await Promise.all([
    startProtocolGateway(env),
    startProtocolGateway({ ...env, SWITCHYARD_CLIENT_INSECURE: "true", SWITCHYARD_CLIENT_CHANNEL_LIMIT: "20" }),
  ]);
});
afterAll(() => Promise.all([gateway?.close(), insecure?.close()]));

const refused = (code: number) => ({ error: expect.objectContaining({ code }) });

describe("names that say who gets in", () => {
  test("a user-limited channel is for the users in its name", async () => {
    const [first, third] = [await gateway.connected("1"), await gateway.connected("3")];
    const channel = "limited:dialog#1,2";
    expect(await first.call({ subscribe: { channel } })).toHaveProperty("subscribe");
    expect(await third.call({ subscribe: { channel } })).toMatchObject(refused(103));
    expect(await third.call({ subscribe: { channel: "limited:dialog" } })).toMatchObject(refused(103));
    expect(await third.call({ publish: { channel, data: 1 } })).toMatchObject(refused(103));
    expect(await first.call({ publish: { channel, data: 1 } })).toHaveProperty("publish");
    expect(await first.nextPush()).toMatchObject({ channel, pub: { data: 1 } });
    await Promise.all([first.close(), third.close()]);
  });

  test("a private channel is for whoever holds its token", async () => {
    const peer = await gateway.connected("1");
    const channel = "$open:vip";
    expect(await peer.call({ subscribe: { channel } })).toMatchObject(refused(103));
    const info = { seat: 7 };
    const token = mintToken(gateway.secret, { sub: "1", channel, info });
    expect(await peer.call({ subscribe: { channel, token } })).toHaveProperty("subscribe");
    await peer.call({ publish: { channel, data: 1 } });
    // What the token says of the subscriber is told to the others in the channel.
    expect(await peer.nextPush()).toMatchObject({ channel, pub: { data: 1, info: { user: "1", chan_info: info } } });
    await peer.close();
  });

  test("a subscription token overrides options of its channel, for its subscriber", async () => {
    const peer = await gateway.connected("1");
    const channel = "closed:made";
    const token = mintToken(gateway.secret, { sub: "1", channel, override: { force_recovery: { value: true } } });
    expect(await peer.call({ subscribe: { channel, token } })).toMatchObject({
      subscribe: { recoverable: true, positioned: true },
    });
    await peer.close();
  });

  test("a name must match its namespace's pattern, and hold no control characters", async () => {
    const peer = await gateway.connected("1");
    expect(await peer.call({ subscribe: { channel: "digits:12" } })).toHaveProperty("subscribe");
    for (const channel of ["digits:12345", "digits:x", "open:a\r\nb", "open:\0"]) {
      expect(await peer.call({ subscribe: { channel } })).toMatchObject(refused(107));
    }
    await peer.close();
  });
});

test("data must be what the namespace takes", async () => {
  const peer = await gateway.connected("1");
  const publish = (channel: string, data?: unknown) => peer.call({ publish: { channel, data } });
  expect(await publish("objects:x", { a: 1 })).toHaveProperty("publish");
  for (const data of [[1], "text", 1, null, undefined]) {
    expect(await publish("objects:x", data)).toMatchObject(refused(107));
  }
  expect(await publish("pulse:x")).toHaveProperty("publish");
  await peer.close();
});

test("a position is watched for whoever asks, where that is allowed", async () => {
  const peer = await gateway.connected("1");
  const asked = await peer.call({ subscribe: { channel: "watched:a", positioned: true } });
  expect(asked).toMatchObject({ subscribe: { positioned: true, epoch: expect.any(String) } });
  expect(await peer.call({ subscribe: { channel: "watched:b" } })).toHaveProperty("subscribe", {});
  await peer.close();
});

describe("subscriptions out of a connection token", () => {
  const connecting = async (claims: object) => {
    const peer = await connectPeer(gateway.url);
    return { peer, command: { connect: { token: mintToken(gateway.secret, { sub: "1", ...claims }) } } };
  };

  test("are there from the start, with their data and their options, whatever the namespace allows", async () => {
    const { peer, command } = await connecting({
      channels: ["closed:a"],
      subs: { "closed:b": { data: { hello: 1 }, override: { force_recovery: { value: true } } } },
    });
    expect(await peer.call(command)).toMatchObject({
      connect: {
        subs: {
          "user:1": {},
          "closed:a": {},
          "closed:b": { data: { hello: 1 }, recoverable: true, positioned: true },
        },
      },
    });
    expect(await peer.call({ subscribe: { channel: "closed:a" } })).toMatchObject(refused(105));
    await peer.close();
  });

  test("to a namespace nobody has is 102, and nothing of the others remains", async () => {
    const { peer, command } = await connecting({ channels: ["closed:a", "nowhere:b"] });
    expect(await peer.call(command)).toMatchObject(refused(102));
    peer.terminate();
  });

  test("beyond the limit of channels end the connection with 3505", async () => {
    const { peer, command } = await connecting({ channels: ["open:a", "open:b", "open:c", "open:d"] });
    peer.send({ id: 1, ...command });
    expect(await peer.closed).toEqual({ code: 3505, reason: "channel limit" });
  });
});

describe("insecure mode", () => {
  test("asks for no token and allows everything in namespaces that exist", async () => {
    const peer = await connectPeer(insecure.url);
    expect(await peer.call({ connect: {} })).toMatchObject({ connect: { client: expect.any(String) } });
    for (const channel of ["closed:x", "$closed:x", "limited:x#1"]) {
      expect(await peer.call({ subscribe: { channel } })).toHaveProperty("subscribe");
      expect(await peer.call({ publish: { channel, data: {} } })).toHaveProperty("publish");
    }
    expect(await peer.call({ history: { channel: "closed:y", limit: 1 } })).toHaveProperty("history");
    expect(await peer.call({ subscribe: { channel: "nowhere:x" } })).toMatchObject(refused(102));
    await peer.close();
  });

  test("still checks a token that is there", async () => {
    const good = await connectPeer(insecure.url);
    await good.call({ connect: { token: mintToken(insecure.secret, { sub: "9" }) } });
    expect(await good.call({ subscribe: { channel: "user:9" } })).toMatchObject(refused(105));
    await good.close();
    const bad = await connectPeer(insecure.url);
    bad.send({ id: 1, connect: { token: mintToken("x".repeat(32), { sub: "9" }) } });
    expect((await bad.closed).code).toBe(3500);
  });
});
