import assert from "node:assert/strict";
import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { eventually } from "@switchyard/testkit/eventually";
import { WebSocket } from "ws";
import type { NginxFront } from "./nginx-front.ts";
import type { Sighting, StandInUpstream } from "./stand-in-upstream.ts";

/** What nginx stands between in these checks. */
export interface FrontedUpstreams {
  readonly front: NginxFront;
  readonly gateways: readonly [StandInUpstream, StandInUpstream];
  readonly api: StandInUpstream;
}

/**
 * What infra/nginx promises, each as a check that throws when the promise is broken. They are data because each runs twice:
 * against the configuration as it is, and against one that was broken on purpose, where it must throw.
 */
export const guarantees = {
  async "WebSockets are spread over all gateways and reach nothing else"({ front, gateways }) {
    const seen = await Promise.all(Array.from({ length: 6 }, () => openSocket(front)));
    assert.deepEqual(new Set(seen.map((sighting) => sighting.upstream)), new Set(gateways.map(({ name }) => name)));
    // RFC 6455 4.1 asks for it; some servers do not insist.
    assert.deepEqual(new Set(seen.map((sighting) => sighting.httpVersion)), new Set(["1.1"]));
  },

  async "what a gateway streams arrives at once"({ front }) {
    const url = `http://127.0.0.1:${front.port}/connection/sse`;
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    let received = "";
    for await (const chunk of response.body ?? []) {
      received += Buffer.from(chunk).toString();
      if (received.includes("data: second")) return;
    }
    assert.fail("the stream ended");
  },

  async "uplinks of one-way transports reach a gateway"({ front, gateways }) {
    const { sighting } = await send(front, { method: "POST", path: "/emulation", body: "{}" });
    assert.ok(gateways.some(({ name }) => name === sighting?.upstream));
  },

  async "everything that is not a session is the api's"({ front, api }) {
    const paths = ["/", "/api/publish", "/v1/tasks/t_1?wait=25", "/docs", "/ops/queues", "/no/such/path"];
    for (const path of paths) {
      const { sighting } = await send(front, { path });
      assert.deepEqual([sighting?.upstream, sighting?.path], [api.name, path]);
    }
  },

  async "a body that is too large is the api's to refuse, in its own words"({ front, api }) {
    const { sighting } = await send(front, { method: "POST", path: "/api/publish", body: "x".repeat(2_000_000) });
    assert.equal(sighting?.upstream, api.name);
  },

  async "probes and metrics are closed, however their path is written"({ front }) {
    const plain = ["/livez", "/readyz", "/metrics"];
    const disguised = [
      "//metrics",
      "/%6detrics",
      "/connection/../metrics",
      "/connection/%2e%2e/readyz",
      "/metrics/",
      "/livez?x",
    ];
    for (const path of [...plain, ...disguised]) {
      const { status, sighting } = await send(front, { path });
      assert.deepEqual([path, status, sighting], [path, 404, undefined]);
    }
  },

  async "upstreams learn the client's address, which the client cannot forge"({ front }) {
    const headers = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https", host: "hub.example:8443" };
    for (const path of ["/api/info", "/emulation"]) {
      const { sighting } = await send(front, { path, headers });
      assert.ok(sighting);
      assert.equal(sighting.headers["x-forwarded-for"], "127.0.0.1");
      assert.equal(sighting.headers["x-forwarded-proto"], "http");
      assert.equal(sighting.headers["x-forwarded-host"], "hub.example:8443");
      assert.equal(sighting.headers.host, "hub.example:8443");
    }
  },

  async "no other protocol can tunnel through an upgrade"({ front }) {
    const attempts = [
      { path: "/connection/websocket", upgrade: "h2c" },
      { path: "/api/info", upgrade: "websocket" },
    ];
    for (const { path, upgrade } of attempts) {
      const { sighting } = await send(front, { path, headers: { connection: "Upgrade", upgrade } });
      assert.ok(sighting !== undefined && sighting.headers.upgrade === undefined);
    }
  },

  async "when a gateway dies its clients connect to the others"({ front, gateways: [first, second] }) {
    first.close();
    const seen = await Promise.all(Array.from({ length: 6 }, () => openSocket(front)));
    assert.deepEqual(new Set(seen.map((sighting) => sighting.upstream)), new Set([second.name]));
  },

  async "while a gateway drains its clients connect to the others"({ front, gateways: [first, second] }) {
    first.drain();
    const seen = await Promise.all(Array.from({ length: 6 }, () => openSocket(front)));
    assert.deepEqual(new Set(seen.map((sighting) => sighting.upstream)), new Set([second.name]));
  },

  async "while a gateway drains streams are opened by the others"({ front, gateways: [first, second] }) {
    first.drain();
    const ask = () => send(front, { method: "POST", path: "/connection/http_stream", body: "{}" });
    const answers = await Promise.all(Array.from({ length: 6 }, ask));
    assert.deepEqual(new Set(answers.map(({ sighting }) => sighting?.upstream)), new Set([second.name]));
  },

  async "no log has a query string, not even when every upstream is gone"({ front, gateways, api }) {
    const request = { path: "/connection/http_stream?token=canary", headers: { referer: "https://x.example/?canary" } };
    await send(front, request);
    [...gateways, api].forEach((upstream) => upstream.close());
    const failed = await send(front, request);
    assert.equal(failed.status, 502);
    await send(front, { path: "/v1/tasks?token=canary" });
    // The line of the last request is written after its answer.
    const log = await eventually(async () => {
      const text = await front.accessLog();
      assert.match(text, /"path":"\/v1\/tasks/);
      return text;
    });
    assert.match(log, /"path":"\/connection\/http_stream/);
    assert.doesNotMatch(log + (await front.errorLog()), /canary/);
  },
} satisfies Record<string, (fronted: FrontedUpstreams) => Promise<void>>;

export type GuaranteeName = keyof typeof guarantees;

function openSocket(front: NginxFront): Promise<Sighting> {
  const socket = new WebSocket(`ws://127.0.0.1:${front.port}/connection/websocket`);
  return new Promise<Sighting>((resolve, reject) => {
    socket.once("message", (data) => resolve(JSON.parse((data as Buffer).toString()) as Sighting));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed before it said who it is")));
  }).finally(() => socket.terminate());
}

interface RawRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Not `fetch`, which would tidy up the path and refuses some of these headers. */
function send(front: NginxFront, raw: RawRequest): Promise<{ status: number; sighting: Sighting | undefined }> {
  const { path, method = "GET", headers = {}, body = "" } = raw;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port: front.port, path, method, headers, agent: false });
    request.once("error", reject).once("upgrade", (response, socket) => {
      socket.destroy();
      reject(new Error(`upgraded to ${response.headers.upgrade}`));
    });
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, sighting: sightingIn(chunks) }));
    });
    request.end(body);
  });
}

function sightingIn(chunks: readonly Buffer[]): Sighting | undefined {
  try {
    const parsed = JSON.parse(Buffer.concat(chunks).toString()) as Partial<Sighting>;
    return parsed.upstream === undefined ? undefined : (parsed as Sighting);
  } catch {
    // An error page of nginx.
    return undefined;
  }
}
