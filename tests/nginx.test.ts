import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, describe, expect, test } from "vitest";
import { guarantees, type FrontedUpstreams } from "./nginx/guarantees.ts";
import {
  checkNginxFiles,
  renderNginxFiles,
  replaceIn,
  startNginx,
  type NginxFiles,
  type NginxFront,
} from "./nginx/nginx-front.ts";
import { nginxMutants } from "./nginx/nginx-mutants.ts";
import { startSilentAddress } from "./nginx/silent-address.ts";
import { startStandIn, type StandInUpstream } from "./nginx/stand-in-upstream.ts";

const running: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const resource of running.splice(0).reverse()) await resource.close();
});

/** Two stand-in gateways and an api behind the nginx of infra/nginx. */
async function frontStandIns(mutate?: (files: NginxFiles) => void): Promise<FrontedUpstreams> {
  const start = async (name: string): Promise<StandInUpstream> => {
    const upstream = await startStandIn(name);
    running.push(upstream);
    return upstream;
  };
  const [first, second, api] = await Promise.all([start("gateway-1"), start("gateway-2"), start("api")]);
  const front: NginxFront = await startNginx({ gatewayPorts: [first.port, second.port], apiPorts: [api.port] }, mutate);
  running.push(front);
  return { front, gateways: [first, second], api };
}

test("nginx finds nothing wrong with the production configuration", async () => {
  const files = await renderNginxFiles({ gatewayPorts: [9, 9], apiPorts: [9] }, 18_000);
  expect(await checkNginxFiles(files)).toMatchObject({
    valid: true,
    output: expect.not.stringMatching(/\[(warn|error|emerg)\]/),
  });
  files["path-map.conf"] += "\nlocation /x { proxy_pas http://api; }\n";
  expect(await checkNginxFiles(files)).toMatchObject({ valid: false, output: expect.stringContaining("proxy_pas") });
});

describe("the nginx of infra/nginx", () => {
  test.each(Object.entries(guarantees))("%s", async (_name, check) => {
    await expect(check(await frontStandIns())).resolves.toBeUndefined();
  });
});

describe("a broken configuration is noticed", () => {
  test.each(nginxMutants)("$breakage", async ({ noticedBy, file, from, to }) => {
    const fronted = await frontStandIns((files) => replaceIn(files, file, from, () => to));
    await expect(guarantees[noticedBy](fronted)).rejects.toBeInstanceOf(Error);
  });

  test("no guarantee is without a configuration that breaks it", () => {
    expect(new Set(nginxMutants.map(({ noticedBy }) => noticedBy))).toEqual(new Set(Object.keys(guarantees)));
  });
});

describe("with WebSockets open", () => {
  const compose = readFileSync(new URL("../docker-compose.yml", import.meta.url), "utf8");
  const [, stopSignal] = /^ +stop_signal: (SIG\w+)$/m.exec(compose) ?? [];

  async function frontWithSockets() {
    const { front } = await frontStandIns();
    const connect = async (host = "127.0.0.1") => {
      const peer = await connectPeer(`ws://${host}:${front.port}/connection/websocket`);
      running.push({ close: () => peer.terminate() });
      return peer;
    };
    return { front, connect, peers: await Promise.all([connect(), connect(), connect("[::1]")]) };
  }

  test("the signal that compose stops nginx by ends it at once, so that a restart takes a second", async () => {
    const { front, peers } = await frontWithSockets();
    const startedAt = performance.now();
    front.signal(stopSignal as NodeJS.Signals);
    await front.exited;
    await Promise.all(peers.map((peer) => peer.closed));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test("HUP, for changed files, closes neither the port nor a WebSocket that is open", async () => {
    const { front, connect, peers } = await frontWithSockets();
    front.signal("SIGHUP");
    await eventually(async () => expect(await front.errorLog()).toMatch(/gracefully shutting down/));
    await connect();
    for (const peer of peers) peer.send({});
    expect(await Promise.race([Promise.all(peers.map((peer) => peer.closed)), delay(200, "open")])).toBe("open");
  });
});

describe("a gateway whose address answers nothing", () => {
  /** How long eight clients waited for their connection, one of their gateways being silent. */
  async function waitsMs(mutate?: (files: NginxFiles) => void): Promise<number[]> {
    const [gateway, silent] = await Promise.all([startStandIn("gateway-1"), startSilentAddress()]);
    const front = await startNginx({ gatewayPorts: [silent.port, gateway.port], apiPorts: [gateway.port] }, mutate);
    running.push(gateway, silent, front);
    const connect = async () => {
      const startedAt = performance.now();
      const peer = await connectPeer(`ws://127.0.0.1:${front.port}/connection/websocket`);
      running.push({ close: () => peer.terminate() });
      return performance.now() - startedAt;
    };
    return Promise.all(Array.from({ length: 8 }, connect));
  }

  test("costs a client half a second, not its connection", async () => {
    expect(Math.max(...(await waitsMs()))).toBeLessThan(1_500);
  });

  test("would cost more with another timeout, which is noticed", async () => {
    const slower = (files: NginxFiles) =>
      replaceIn(files, "proxy.conf", "connect_timeout 500ms", () => "connect_timeout 2s");
    expect(Math.max(...(await waitsMs(slower)))).toBeGreaterThan(1_500);
  });
});
