import { hostname } from "node:os";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { listen } from "./transports/listener.ts";
import { openStreamPeer } from "./transports/stream-peer.ts";
import { startNginx, type NginxFront } from "./nginx/nginx-front.ts";

// The files of infra/nginx in front of the real processes. What they promise in detail is checked in nginx.test.ts.
let hub: Hub;
let front: NginxFront;
const peers: CentrifugePeer[] = [];

beforeAll(async () => {
  hub = await startHub({
    gateways: 2,
    workers: 0,
    settings: { channel: { namespaces: [{ name: "news", allow_subscribe_for_client: true }] } },
  });
  front = await startNginx({ gatewayPorts: hub.gateways.map(({ port }) => port), apiPorts: [hub.api.port] });
});
afterEach(() => peers.splice(0).forEach((peer) => peer.terminate()));
afterAll(async () => {
  await front.close();
  await hub.close();
});

/** Clients that came through nginx and subscribed to `news:1`, their token in the address too. */
async function subscribers(count: number): Promise<CentrifugePeer[]> {
  const subscribe = async (_: unknown, index: number) => {
    const token = hub.token(`user-${index}`);
    const peer = await connectPeer(`ws://127.0.0.1:${front.port}/connection/websocket?token=${token}`);
    peers.push(peer);
    expect(await peer.call({ connect: { token } })).toHaveProperty("connect");
    expect(await peer.call({ subscribe: { channel: "news:1" } })).toHaveProperty("subscribe");
    return peer;
  };
  return Promise.all(Array.from({ length: count }, subscribe));
}

async function callApi(method: string, body: object): Promise<{ result: unknown }> {
  const response = await fetch(`http://127.0.0.1:${front.port}/api/${method}`, {
    method: "POST",
    headers: { "x-api-key": hub.apiKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { result: unknown };
}

test("a publication through nginx reaches each client on both gateways once", async () => {
  const clients = await subscribers(8);
  // Gateways say what they carry once every few seconds.
  await eventually(
    async () => {
      const { result } = await callApi("info", {});
      const { nodes } = result as { nodes: { num_clients: number }[] };
      const counts = nodes.map((node) => node.num_clients);
      expect(counts).toHaveLength(2);
      expect(counts).not.toContain(0);
    },
    { timeoutMs: 15_000 },
  );
  await callApi("publish", { channel: "news:1", data: { n: 1 } });
  await callApi("publish", { channel: "news:1", data: { n: 2 } });
  // The second is proof that no further copy of the first was under way.
  for (const client of clients) {
    await client.nextPush((push) => JSON.stringify(push).includes('{"n":2}'));
    expect(client.pushes.filter((push) => push["pub"] !== undefined)).toMatchObject([
      { channel: "news:1", pub: { data: { n: 1 } } },
      { channel: "news:1", pub: { data: { n: 2 } } },
    ]);
  }
});

test("clients without a WebSocket stream through nginx, and are heard whichever gateway their words meet", async () => {
  const origin = `http://127.0.0.1:${front.port}`;
  for (const kind of ["sse", "http_stream"] as const) {
    const peer = openStreamPeer({ kind, origin, token: hub.token(kind) });
    for (let n = 0; n < 6; n++)
      expect(await peer.call({ rpc: { method: "none" } })).toMatchObject({ error: { code: 108 } });
    expect(await peer.call({ subscribe: { channel: "news:1" } })).toHaveProperty("subscribe");
    await callApi("publish", { channel: "news:1", data: { over: kind } });
    await eventually(() => expect(peer.pushes).toMatchObject([{ pub: { data: { over: kind } } }]));
    expect(peer.refusals).toEqual([]);
    peer.drop();
  }
});

test("clients that only listen do so through nginx, by each of their ways", async () => {
  const at = (way: string) => `http://127.0.0.1:${front.port}/connection/${way}?token=${hub.token(way)}`;
  const socket = new WebSocket(at("uni_websocket").replace("http:", "ws:"));
  const heard: string[] = [];
  socket.addEventListener("open", () => socket.send("{}"));
  socket.addEventListener("message", ({ data }) => void heard.push(String(data)));
  const headers = { "content-type": "application/json" };
  const streams = [listen(at("uni_sse")), listen(at("uni_http_stream"), { method: "POST", headers, body: "{}" })];
  const texts = () => [heard.join(), ...streams.map(({ pushes }) => JSON.stringify(pushes))];
  await eventually(() => expect(texts().every((text) => text.includes('"connect"'))).toBe(true));
  await callApi("publish", { users: ["uni_websocket", "uni_sse", "uni_http_stream"], data: { n: 1 } });
  await eventually(() => expect(texts().every((text) => text.includes('"data":{"n":1}'))).toBe(true));
  socket.close();
  for (const stream of streams) stream.drop();
});

test("what a gateway serves to clients is what nginx sends to gateways", async () => {
  const direct = hub.gateways[0]?.url ?? "";
  const { error } = (await (await fetch(`${direct}/`)).json()) as { error: { message: string } };
  const paths = error.message.match(/\/[\w/]+/g) ?? [];
  const connections = ["websocket", "http_stream", "sse", "uni_websocket", "uni_sse", "uni_http_stream"];
  expect(paths).toEqual(expect.arrayContaining([...connections.map((name) => `/connection/${name}`), "/emulation"]));
  for (const path of paths) {
    // DELETE is answered by each in its own words, and the api's are others.
    const ask = async (origin: string) => (await fetch(origin + path, { method: "DELETE" })).text();
    expect([path, await ask(`http://127.0.0.1:${front.port}`)]).toEqual([path, await ask(direct)]);
  }
});

test("each gateway is known by its host and its port", async () => {
  const { result } = await callApi("info", {});
  const { nodes } = result as { nodes: { name: string }[] };
  expect(nodes.map(({ name }) => name).toSorted()).toEqual(
    hub.gateways.map(({ port }) => `${hostname()}:${port}`).toSorted(),
  );
});

test("probes of real processes are not to be had through nginx", async () => {
  for (const path of ["/livez", "/readyz", "/metrics"]) {
    expect((await fetch(`http://127.0.0.1:${front.port}${path}`)).status).toBe(404);
  }
});

test("after a gateway was killed every new client connects, and no token is in any log", async () => {
  await hub.gateways[0]?.kill();
  const clients = await subscribers(4);
  await callApi("publish", { channel: "news:1", data: { after: "kill" } });
  for (const client of clients) expect(await client.nextPush()).toMatchObject({ pub: { data: { after: "kill" } } });

  clients.forEach((client) => client.terminate());
  // nginx writes the line of a WebSocket when it ends.
  const log = await eventually(async () => {
    const text = await front.accessLog();
    expect(text.split('"path":"/connection/websocket","status":101').length - 1).toBe(8 + 4);
    return text;
  });
  expect(log + (await front.errorLog())).not.toMatch(/token|eyJ/);
});
