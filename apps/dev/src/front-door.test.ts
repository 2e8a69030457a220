import { once } from "node:events";
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { freePort } from "@switchyard/provision/free-port";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { createFrontDoor } from "./front-door.ts";

interface Echo {
  name: string;
  url: string;
  body: string;
  headers: IncomingHttpHeaders;
}

const servers: Server[] = [];
let door: string;
let gatewayPorts: [number, number, number];

beforeAll(async () => {
  // The middle gateway is dead.
  gatewayPorts = [await upstream("gateway-1"), await freePort(), await upstream("gateway-3")];
  const frontDoor = createFrontDoor({ gatewayPorts, apiPort: await upstream("api") });
  door = `http://127.0.0.1:${await listening(frontDoor)}`;
});
afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

async function listening(server: Server, port = 0): Promise<number> {
  servers.push(server);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Answers every request with what it got, and every WebSocket message with its name. */
function upstream(name: string, port = 0): Promise<number> {
  const server = createServer((request, response) => {
    const { url, headers } = request;
    void text(request).then((body) => response.end(JSON.stringify({ name, url, headers, body })));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", () => socket.send(JSON.stringify({ id: 1, name }))));
  return listening(server, port);
}

const ask = async (path: string, init?: RequestInit) => (await (await fetch(door + path, init)).json()) as Echo;

/** As it is on the wire: fetch would tidy the path up. */
async function statusOfRaw(path: string): Promise<number | undefined> {
  const sent = httpRequest(door, { path }).end();
  const [response] = (await once(sent, "response")) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

test("sends connections to the gateways in turn, past the dead one, and all else to the api", async () => {
  const names = await Promise.all(Array.from({ length: 6 }, () => ask("/connection/sse?x=1").then(({ name }) => name)));
  expect(new Set(names)).toEqual(new Set(["gateway-1", "gateway-3"]));
  expect((await ask("/connection/http_stream", { method: "POST", body: "{}" })).name).toMatch(/^gateway/);
  expect((await ask("/emulation")).name).toMatch(/^gateway/);
  for (const path of ["/", "/api/publish", "/v1/tasks/t_1?wait=25", "/emulations", "/connections"]) {
    expect(await ask(path)).toMatchObject({ name: "api", url: path });
  }
});

test("a request that names the whole address goes where its path says", async () => {
  for (const path of ["/readyz", "/metrics?x"]) expect(await statusOfRaw(door + path)).toBe(404);
  const request = "GET http://hub.example/v1/tasks?x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  expect(await exchange(door, request)).toContain('"name":"api","url":"/v1/tasks?x"');
});

test("loses no byte of a body when the first gateway it tries is dead", async () => {
  const body = "x".repeat(200_000);
  const answers = await Promise.all([1, 2, 3].map(() => ask("/emulation", { method: "POST", body })));
  expect(answers.map((answer) => answer.body.length)).toEqual([200_000, 200_000, 200_000]);
});

test("carries WebSockets to a live gateway", async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    const peer = await connectPeer(`${door.replace("http", "ws")}/connection/websocket`);
    expect((await peer.call({}))["name"]).toMatch(/^gateway/);
    await peer.close();
  }
});

test("keeps the probes of the processes behind it to itself, however they are spelt", async () => {
  for (const path of ["/livez", "/readyz?verbose", "/metrics", "/%72eadyz", "/connection/../metrics"]) {
    expect(await statusOfRaw(path)).toBe(404);
  }
  // Not UTF-8: somebody else's business, but no crash.
  expect(await statusOfRaw("/%ff")).toBe(200);
});

test("tells the address it saw, not the one a client claims", async () => {
  const { headers } = await ask("/api/info", {
    headers: { "x-forwarded-for": "10.0.0.1", "x-forwarded-host": "bank.example" },
  });
  expect(headers).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-forwarded-host": new URL(door).host });
});

/** In front of a server that reads no body. */
async function refusingDoor(): Promise<string> {
  const refusing = createServer((_request, response) => {
    response.writeHead(413, { "content-type": "text/plain" }).end("too large");
  });
  const apiPort = await listening(refusing);
  return `http://127.0.0.1:${await listening(createFrontDoor({ gatewayPorts: [apiPort], apiPort }))}`;
}

/** What comes until the other side ends the connection, which this side never does. */
async function exchange(url: string, request: string): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1" });
  socket.write(request);
  return text(socket);
}

test("hands a large request the answer that comes before its body is read, such as 413", async () => {
  const url = await refusingDoor();
  for (let time = 0; time < 10; time++) {
    const response = await fetch(`${url}/api/publish`, {
      method: "POST",
      body: "x".repeat(4_000_000),
    });
    expect([response.status, await response.text()]).toEqual([413, "too large"]);
  }
});

describe("ends the connection with the answer when the client asks for that, as PHP does", () => {
  // Node would keep it for five seconds after its answer.
  const atOnce = { timeout: 4_000 };
  const host = "Host: door\r\n";
  test.for([
    ["HTTP/1.0", "GET /v1/x HTTP/1.0\r\n\r\n"],
    ["HTTP/1.1", `GET /v1/x HTTP/1.1\r\n${host}Connection: close\r\n\r\n`],
    ["a body", `POST /v1/x HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: 4\r\n\r\nbody`],
    ["a body of HTTP/1.0", "POST /v1/x HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody"],
    [
      "chunks",
      `POST /v1/x HTTP/1.1\r\n${host}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n`,
    ],
    ["a gateway", `GET /connection/sse HTTP/1.1\r\n${host}Connection: close\r\n\r\n`],
  ] as const)("%s", atOnce, async ([, request]) => {
    const [head, body] = (await exchange(door, request)).split("\r\n\r\n") as [string, string];
    expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(head).toMatch(/\r\nconnection: close/i);
    expect(head).not.toMatch(/keep-alive/i);
    expect(body).toContain(request.includes("body") ? '"body":"body"' : '"body":""');
  });

  test("after the rest of a body that is refused early", atOnce, async () => {
    const length = 4_000_000;
    const head = `POST / HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: ${length}\r\n\r\n`;
    const answered = await exchange(await refusingDoor(), head + "x".repeat(length));
    expect(answered).toMatch(/^HTTP\/1.1 413 [^]*too large/);
  });
});

test("keeps the connection of a client that does not ask for its end, also after chunks", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (const body of ["", "chunk"]) {
    const sent = httpRequest(door, { agent, method: "POST", headers: { "transfer-encoding": "chunked" } }).end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    ports.add(response.socket.localPort);
    await text(response);
  }
  agent.destroy();
  expect(ports.size).toBe(1);
});

test("its own errors have the shape of the HTTP API and say what to do", async () => {
  const probes = (await (await fetch(`${door}/metrics`)).json()) as object;
  expect(probes).toEqual({
    error: { code: "not_found", message: expect.stringContaining(`:${gatewayPorts[0]}/metrics`) },
  });
  const dead = await freePort();
  const port = await listening(createFrontDoor({ gatewayPorts: [dead], apiPort: dead, patienceMs: 0 }));
  const away = (await (await fetch(`http://127.0.0.1:${port}/v1/tasks`)).json()) as object;
  expect(away).toEqual({ error: { code: "unavailable", message: expect.stringContaining("try again") } });
});

test("a request that comes while the api starts again waits for it and keeps its body", async () => {
  const away = await freePort();
  const port = await listening(createFrontDoor({ gatewayPorts: [away], apiPort: away }));
  const waiting = fetch(`http://127.0.0.1:${port}/v1/tasks`, { method: "POST", body: "task" });
  await expect(Promise.race([waiting, setTimeout(300, "waits")])).resolves.toBe("waits");
  await upstream("api", away);
  expect(await (await waiting).json()).toMatchObject({ name: "api", body: "task" });
});

test("answers 502 when nobody is there, to requests and to upgrades", async () => {
  const dead = await freePort();
  const port = await listening(createFrontDoor({ gatewayPorts: [dead], apiPort: dead, patienceMs: 0 }));
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(502);
  await expect(connectPeer(`ws://127.0.0.1:${port}/connection/websocket`)).rejects.toThrow("502");
});
