import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { startBalancer } from "@switchyard/testkit/balancer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { TcpProxy } from "@switchyard/testkit/tcp-proxy";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startBrowser, type TestBrowser } from "../pages/browser.ts";
import { listen, type Listener, type Push } from "./listener.ts";

/** Gateways are killed under clients that are nothing but an EventSource: one in Chromium, and one of a few lines. */

const channels = ["news:a", "news:b", "news:c"];
const site = createServer((_, response) => response.setHeader("content-type", "text/html").end("<title>bare</title>"));
let hub: Hub;
let browser: TestBrowser;
let balancer: TcpProxy;
let ports: number[];
let origin: string;

beforeAll(async () => {
  await once(site.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const news = { name: "news", history_size: 1_000, history_ttl: "60s", allow_recovery: true };
  const settings = { channel: { namespaces: [news] }, client: { allowed_origins: [origin] } };
  hub = await startHub({ gateways: 2, workers: 0, settings });
  ports = hub.gateways.map(({ port }) => port);
  balancer = await startBalancer(() => ports);
  browser = await startBrowser(origin);
});
afterAll(async () => {
  await browser?.close();
  await balancer?.close();
  await hub?.close();
  site.close();
});

const address = (user: string) =>
  `http://127.0.0.1:${balancer.port}/connection/uni_sse?token=${hub.token(user, { channels })}`;

interface Reader {
  pushes(): Promise<readonly Push[]>;
}

/** What the HTML standard asks of an EventSource: connects again when its stream ends, with the id of its last event. */
function openBare(url: string): Reader {
  const listeners: Listener[] = [];
  const open = (id: string) => {
    const listener = listen(url, { headers: id === "" ? {} : { "last-event-id": id } });
    listeners.push(listener);
    void listener.ended.then(async () => {
      await setTimeout(20);
      if (!isOver) open(listener.events.at(-1)?.id ?? id);
    });
  };
  let isOver = false;
  onTestFinished(() => {
    isOver = true;
    for (const listener of listeners) listener.drop();
  });
  open("");
  return { pushes: () => Promise.resolve(listeners.flatMap(({ pushes }) => pushes)) };
}

async function openPage(url: string): Promise<Reader> {
  const page = await browser.visit(origin);
  await page.evaluate((to) => {
    const pushes: unknown[] = [];
    Object.assign(window, { pushes });
    new EventSource(to).onmessage = ({ data }) => void pushes.push(JSON.parse(data as string));
  }, url);
  return { pushes: () => page.evaluate(() => (window as unknown as { pushes: Push[] }).pushes) };
}

test("after kill -9 of one gateway and then another an EventSource has every publication of its channels once and in order", async () => {
  const readers: Reader[] = [
    ...Array.from({ length: 6 }, (_, index) => openBare(address(`reader-${index}`))),
    await openPage(address("page-1")),
    await openPage(address("page-2")),
  ];
  const connects = async (reader: Reader) => (await reader.pushes()).filter((push) => "connect" in push);
  for (const reader of readers) await eventually(async () => expect(await connects(reader)).toHaveLength(1));

  const sent = new Map<string, number[]>(channels.map((channel) => [channel, []]));
  let count = 0;
  const publish = async (times: number) => {
    for (let time = 0; time < times; time++) {
      const channel = channels[count % 3] ?? "";
      const { body } = await hub.post("/api/publish", { channel, data: count });
      expect(body).toHaveProperty("result");
      sent.get(channel)?.push(count++);
    }
  };
  await publish(60);
  for (const index of [0, 1]) {
    const replacement = await hub.start("gateway");
    const killed = hub.gateways[index]?.kill();
    await publish(60);
    await killed;
    ports[index] = replacement.port;
    await publish(60);
    // Each has come back to where the publications go on.
    for (const reader of readers)
      await eventually(async () => expect(await received(reader)).toEqual(sent), { timeoutMs: 20_000 });
  }
  const again = (await Promise.all(readers.map(connects))).flatMap((pushes) => pushes.slice(1));
  expect(again.length).toBeGreaterThanOrEqual(readers.length);
  for (const { connect } of again as { connect: { subs: Record<string, unknown> } }[]) {
    for (const channel of channels)
      expect(connect.subs[channel]).toMatchObject({ was_recovering: true, recovered: true });
  }
});

async function received(reader: Reader): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const pushes = await reader.pushes();
  const of = (name: string) =>
    pushes.flatMap(({ channel, pub }) => (channel === name && pub ? [(pub as Push)["data"]] : []));
  return new Map(channels.map((channel) => [channel, of(channel)]));
}
