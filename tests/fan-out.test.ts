import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A message from one HTTP call to clients on several gateways. */

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({
    gateways: 2,
    workers: 0,
    settings: { channel: { namespaces: [{ name: "news", allow_subscribe_for_client: true }] } },
  });
});
afterAll(() => hub?.close());

async function subscribed(gateway: number, channel: string): Promise<CentrifugePeer> {
  const peer = await connected(gateway, "reader");
  await peer.call({ subscribe: { channel } });
  return peer;
}

async function connected(gateway: number, user: string): Promise<CentrifugePeer> {
  const peer = await connectPeer(hub.websocketUrl(gateway));
  await peer.call({ connect: { token: hub.token(user) } });
  return peer;
}

async function curl(path: string, body: object): Promise<unknown> {
  const key = ["-H", `X-API-Key: ${hub.apiKey}`, "-H", "Content-Type: application/json"];
  const { stdout } = await promisify(execFile)("curl", ["-sS", ...key, "-d", JSON.stringify(body), hub.api.url + path]);
  return JSON.parse(stdout);
}

const dataOf = (peer: CentrifugePeer) => peer.pushes.map((push) => (push["pub"] as { data: unknown }).data);

test("a publish by curl reaches clients on both gateways exactly once, in order", async () => {
  const channel = "news:order";
  const peers = await Promise.all([0, 0, 1, 1].map((gateway) => subscribed(gateway, channel)));
  const sent = Array.from({ length: 20 }, (_, index) => ({ index }));
  for (const data of sent) expect(await curl("/api/publish", { channel, data })).toHaveProperty("result");
  // What came twice would stand before the last one; nothing can come after it.
  for (const peer of peers) await eventually(() => expect(dataOf(peer)).toEqual(sent));
  await Promise.all(peers.map((peer) => peer.close()));
});

test("a push to a user reaches three tabs on two gateways, and nobody else", async () => {
  const tabs = await Promise.all([0, 0, 1].map((gateway) => connected(gateway, "alice")));
  const other = await connected(1, "bob");
  await curl("/api/publish", { user: "alice", data: { order: 7 } });
  await curl("/api/publish", { user: "bob", data: "for bob" });
  for (const tab of tabs) await eventually(() => expect(dataOf(tab)).toEqual([{ order: 7 }]));
  await eventually(() => expect(dataOf(other)).toEqual(["for bob"]));
  const [first, ...rest] = tabs;
  await first?.close();
  await curl("/api/publish", { user: "alice", data: "still there" });
  for (const tab of rest) await eventually(() => expect(dataOf(tab)).toEqual([{ order: 7 }, "still there"]));
  await Promise.all([...rest, other].map((peer) => peer.close()));
});

test("a user who was away for a moment gets on return what was pushed meanwhile", async () => {
  const first = await connectPeer(hub.websocketUrl(0));
  const { connect } = await first.call({ connect: { token: hub.token("carol") } });
  const { "user:carol": position } = (connect as { subs: Record<string, { epoch: string; offset?: number }> }).subs;
  await first.close();
  await curl("/api/publish", { user: "carol", data: "while away" });
  const second = await connectPeer(hub.websocketUrl(1));
  const subs = { "user:carol": { recover: true, epoch: position?.epoch, offset: position?.offset ?? 0 } };
  expect(await second.call({ connect: { token: hub.token("carol"), subs } })).toMatchObject({
    connect: { subs: { "user:carol": { recovered: true, publications: [{ offset: 1, data: "while away" }] } } },
  });
  await second.close();
});

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 500_000])(
  "a message of %d bytes arrives whole and in one piece on every gateway",
  async (size) => {
    const channel = `news:size-${size}`;
    const peers = await Promise.all([0, 1].map((gateway) => subscribed(gateway, channel)));
    await hub.post("/api/publish", { channel, data: "x".repeat(size) });
    for (const peer of peers) await eventually(() => expect(dataOf(peer)).toEqual(["x".repeat(size)]));
    await Promise.all(peers.map((peer) => peer.close()));
  },
);

test.each([12, 13, 73, 74, 5_000])("%d Chinese characters arrive whole", async (length) => {
  const channel = `news:han-${length}`;
  const text = Array.from({ length }, (_, index) => "北京欢迎你，實時推送。"[index % 11]).join("");
  const peer = await subscribed(1, channel);
  await hub.post("/api/publish", { channel, data: { text } });
  await eventually(() => expect(dataOf(peer)).toEqual([{ text }]));
  await peer.close();
});

test("info lists both gateways with what they carry", async () => {
  const peer = await subscribed(0, "news:info");
  // Gateways say what they carry once every few seconds.
  await eventually(
    async () => {
      const { body } = await hub.post("/api/info", {});
      const { nodes } = (body as { result: { nodes: { num_clients: number; num_channels: number }[] } }).result;
      expect(nodes).toHaveLength(2);
      expect(nodes.some(({ num_clients, num_channels }) => num_clients >= 1 && num_channels >= 1)).toBe(true);
    },
    { timeoutMs: 15_000 },
  );
  await peer.close();
});
