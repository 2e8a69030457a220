import { createHmac } from "node:crypto";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { openStreamLine } from "@switchyard/testkit/stream-line";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type EventReceiver, startEventReceiver } from "./event-receiver.ts";
import { judge } from "./oracle.ts";
import type { ToldEvent } from "./told-event.ts";

const secret = "whsec_c2VjcmV0IG9mIHR3ZW50eS1mb3VyIGJ5dGVzIG9yIG1vcmU=";
const previous = "the-secret-of-yesterday";
const chat = {
  name: "chat",
  allow_subscribe_for_client: true,
  allow_publish_for_subscriber: true,
  events: ["occupancy", "subscriptions", "messages"],
};
const quiet = { name: "quiet", allow_subscribe_for_client: true };

let all: EventReceiver;
let some: EventReceiver;
let hub: Hub;
beforeAll(async () => {
  [all, some] = await Promise.all([startEventReceiver(secret), startEventReceiver(previous)]);
  hub = await startHub({
    gateways: 2,
    settings: {
      channel: { namespaces: [chat, quiet, { name: "shop" }] },
      plain: { enabled: true, trust_uid: true },
      pusher: { apps: [{ id: "1", key: "shop-key", secret: "secret-of-the-shop", namespace: "shop" }] },
      events: {
        kinds: ["connections", "users"],
        vacant_delay: "300ms",
        receivers: [
          { name: "all", url: all.url, secret },
          { name: "some", url: some.url, secret, previous_secret: previous, types: ["user.offline"] },
        ],
      },
    },
  });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([all?.close(), some?.close()]);
});

async function connected(gateway: number, user: string) {
  const peer = await connectPeer(hub.websocketUrl(gateway));
  const reply = await peer.call({ connect: { token: hub.token(user), name: "js", version: "5.7.4" } });
  return { peer, id: (reply["connect"] as { client: string }).client };
}

const toldOf = (key: string, from: EventReceiver = all) => from.told.filter((event) => event.key === key);
const typesOf = (key: string) => toldOf(key).map(({ type }) => type);
const ended = (told: readonly ToldEvent[]) => told.find(({ type }) => type === "connection.closed")?.data;

test("a client that comes, subscribes, publishes and goes is told of in that order, and so are its user and its channel", async () => {
  const { peer, id } = await connected(0, "ann");
  await peer.call({ subscribe: { channel: "chat:1" } });
  await peer.call({ subscribe: { channel: "quiet:1" } });
  await peer.call({ publish: { channel: "chat:1", data: { text: "hi" } } });
  await hub.post("/api/publish", { channel: "chat:1", data: "from the back end" });
  await eventually(() => expect(typesOf("chan:chat:1")).toEqual(["channel.occupied", "message.published"]));
  await peer.close(4321);
  const ofClient = ["connection.opened", "channel.subscribed", "channel.unsubscribed", "connection.closed"];
  await eventually(() => expect(typesOf(`conn:${id}`)).toEqual(ofClient));
  await eventually(() => expect(typesOf("user:ann")).toEqual(["user.online", "user.offline"]));
  await eventually(() =>
    expect(typesOf("chan:chat:1")).toEqual(["channel.occupied", "message.published", "channel.vacated"]),
  );
  expect(toldOf(`conn:${id}`)[0]).toMatchObject({
    id: `${id}:opened`,
    data: { client: id, user: "ann", door: "centrifuge", transport: "websocket", protocol: "json", name: "js" },
  });
  const closed = ended(toldOf(`conn:${id}`));
  expect(closed).toMatchObject({ code: 4321, initiator: "client" });
  expect(new Set(closed?.["channels"] as string[])).toEqual(new Set(["user:ann", "chat:1", "quiet:1"]));
  expect(toldOf("chan:chat:1")[1]?.data).toMatchObject({ user: "ann", client: id, data: { text: "hi" } });
  await eventually(() => expect(judge(all.told, new Set())).toEqual([]));
  expect([all.unsigned, some.unsigned]).toEqual([0, 0]);
  await eventually(() => expect(some.told.map(({ type, key }) => `${type} ${key}`)).toEqual(["user.offline user:ann"]));
});

test("clients of every door are told of, each with the way it came in", async () => {
  const { port } = hub.gateways[1] ?? { port: 0 };
  const token = hub.token("doors");
  const opening = JSON.stringify({ id: 1, connect: { token } });
  const ways: { end(): void }[] = [];
  for (const kind of ["http_stream", "sse"] as const) {
    const line = openStreamLine({ kind, origin: `http://127.0.0.1:${port}`, opening }, { message() {}, closed() {} });
    ways.push({ end: () => line.drop() });
  }
  const socket = (path: string, first?: string) => {
    const one = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    one.on("open", () => first !== undefined && one.send(first));
    ways.push({ end: () => one.terminate() });
    return one;
  };
  socket(`/connection/uni_websocket?token=${token}`, "{}");
  socket("/connection/plain", JSON.stringify({ uid: "doors" }));
  socket("/connection/websocket?format=protobuf");
  const pusher = socket("/app/shop-key?protocol=7");
  pusher.on("message", (data) => {
    const { event, data: text } = JSON.parse((data as Buffer).toString()) as { event: string; data: string };
    if (event !== "pusher:connection_established") return;
    const { socket_id: id } = JSON.parse(text) as { socket_id: string };
    const user = JSON.stringify({ id: "doors" });
    const signature = createHmac("sha256", "secret-of-the-shop").update(`${id}::user::${user}`).digest("hex");
    pusher.send(JSON.stringify({ event: "pusher:signin", data: { auth: `shop-key:${signature}`, user_data: user } }));
  });
  const waysTold = () =>
    all.told.flatMap(({ type, data }) =>
      type === "connection.opened" && String(data["user"]) !== "ann"
        ? [`${String(data["door"])} ${String(data["transport"])}`]
        : [],
    );
  await eventually(() =>
    expect(waysTold().toSorted()).toEqual([
      "centrifuge http_stream",
      "centrifuge sse",
      "centrifuge uni_websocket",
      "plain websocket",
      "pusher websocket",
    ]),
  );
  await eventually(() => expect(typesOf("user:doors")).toEqual(["user.online"]));
  for (const way of ways) way.end();
  await eventually(() => expect(typesOf("user:doors")).toEqual(["user.online", "user.offline"]));
});

test("while a receiver fails, its lanes wait and the same bytes come again under the same id, and nothing overtakes", async () => {
  all.status = 503;
  const { peer, id } = await connected(0, "ben");
  await eventually(() => expect([...all.requests.values()].some(({ count }) => count > 1)).toBe(true));
  await peer.close();
  await eventually(() => expect(some.told.some(({ key }) => key === "user:ben")).toBe(true));
  all.status = 200;
  await eventually(() => expect(typesOf(`conn:${id}`)).toEqual(["connection.opened", "connection.closed"]), {
    timeoutMs: 20_000,
  });
  for (const { bodies } of all.requests.values()) expect(bodies.size).toBe(1);
  expect(all.bodies.every(({ data }) => data.dropped === 0)).toBe(true);
});

test("connections of a gateway that is killed are closed within 13 s, each once, and those of others are not", async () => {
  const doomed = await Promise.all(Array.from({ length: 40 }, (_, index) => connected(1, `doomed${index}`)));
  const survivor = await connected(0, "survivor");
  await doomed[0]?.peer.call({ subscribe: { channel: "chat:doomed" } });
  await eventually(() =>
    expect(doomed.every(({ id }) => typesOf(`conn:${id}`).includes("connection.opened"))).toBe(true),
  );
  await eventually(() => expect(typesOf("chan:chat:doomed")).toEqual(["channel.occupied"]));
  const killedMs = performance.now();
  await hub.gateways[1]?.kill();
  await eventually(() => expect(doomed.every(({ id }) => ended(toldOf(`conn:${id}`)) !== undefined)).toBe(true), {
    timeoutMs: 20_000,
  });
  expect(performance.now() - killedMs).toBeLessThan(13_000);
  expect(ended(toldOf(`conn:${doomed[0]?.id}`))).toMatchObject({
    reason: "node lost",
    initiator: "hub",
    channels: ["chat:doomed"],
  });
  await eventually(() => expect(typesOf("user:doomed39")).toEqual(["user.online", "user.offline"]));
  await eventually(() => expect(typesOf("chan:chat:doomed")).toEqual(["channel.occupied", "channel.vacated"]));
  const truth = new Set([`conn:${survivor.id}`, "user:survivor"]);
  await eventually(() => expect(judge(all.told, truth)).toEqual([]));
});

test("a gateway that stops in order has told how its connections ended before it is gone", async () => {
  const { id } = await connected(0, "cyd");
  await eventually(() => expect(typesOf(`conn:${id}`)).toEqual(["connection.opened"]));
  expect(await hub.gateways[0]?.stop()).toBe(0);
  await eventually(() => expect(ended(toldOf(`conn:${id}`))).toMatchObject({ code: 3001, initiator: "hub" }));
  await eventually(() => expect(judge(all.told, new Set())).toEqual([]));
});
