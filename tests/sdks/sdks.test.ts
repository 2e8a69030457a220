import { setTimeout as delay } from "node:timers/promises";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { startTcpProxy } from "@switchyard/testkit/tcp-proxy";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { prepareSdks } from "./prepare-sdks.ts";
import { startSdkClient, type Sdk, type SdkClient } from "./sdk-driver.ts";

// Official SDKs as they are published, each in a program of its own language: what one of them is promised all of them are.
const { sdks, missing } = await prepareSdks();
for (const reason of missing) console.warn(`SDKs that are not tested here: ${reason}`);

const graceMs = 1_000;
let hub: Hub;
beforeAll(async () => {
  const room = {
    name: "room",
    allow_subscribe_for_client: true,
    allow_publish_for_subscriber: true,
    allow_history_for_subscriber: true,
    allow_presence_for_subscriber: true,
    presence: true,
    history_size: 500,
    history_ttl: "60s",
    force_recovery: true,
  };
  const client = { expired_close_delay: `${graceMs}ms` };
  hub = await startHub({ gateways: 2, workers: 0, settings: { client, channel: { namespaces: [room] } } });
}, 60_000);
afterAll(() => hub?.close());

interface Begin {
  readonly user: string;
  readonly expiresInSeconds?: number;
  readonly url?: string;
}

async function connect(sdk: Sdk, { user, expiresInSeconds, url = hub.websocketUrl() }: Begin): Promise<SdkClient> {
  const client = await start(sdk);
  // Only now: a token for seconds would not outlive the start of a program on a busy machine.
  const claims = expiresInSeconds === undefined ? {} : { exp: inSeconds(expiresInSeconds) };
  await client.tell({ do: "connect", url, token: hub.token(user, claims) });
  await client.event({ event: "connected" });
  return client;
}

async function start(sdk: Sdk): Promise<SdkClient> {
  const client = startSdkClient(sdk);
  onTestFinished(() => client.close());
  await client.event({ event: "ready" });
  return client;
}

async function subscribe(client: SdkClient, channel: string): Promise<void> {
  await client.tell({ do: "subscribe", channel });
  await client.event({ event: "subscribed" });
}

/** With all of them at once, where a test is mostly waiting. */
const withEach = (run: (sdk: Sdk) => Promise<void>) => async () => {
  const outcomes = await Promise.allSettled(sdks.map(run));
  const failed = sdks.flatMap(({ name }, index) => {
    const outcome = outcomes[index];
    return outcome?.status === "rejected" ? [`${name}: ${String(outcome.reason)}`] : [];
  });
  expect(failed).toEqual([]);
};

/** Whole seconds, as tokens have them. */
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const heardBy = ({ events }: SdkClient) => events.filter(({ event }) => event === "publication");
const slug = ({ name }: Sdk) => name.toLowerCase().replaceAll(/\W+/g, "-");

test("there is an SDK to test", () => {
  expect(sdks.length).toBeGreaterThanOrEqual(2);
});

describe.each(sdks)("$name", (sdk) => {
  test("connects by a token, publishes, hears itself and the back end, reads history and presence", async () => {
    const channel = `room:${slug(sdk)}`;
    const user = `ann ${sdk.name}`;
    const client = await connect(sdk, { user });
    await subscribe(client, channel);
    const sent = [{ text: "привет, 世界 🎉", n: 1.5 }, [null, true], "plain"];
    for (const data of sent) await client.tell({ do: "publish", channel, data });
    await hub.post("/api/publish", { channel, data: { from: "back end" } });
    const all = [...sent, { from: "back end" }].map((data, index) => ({ data, offset: index + 1 }));
    await expect.poll(() => heardBy(client)).toEqual(all.map((one) => ({ event: "publication", ...one })));
    expect(await client.tell({ do: "history", channel, limit: 10 })).toEqual(all);
    expect(await client.tell({ do: "presence", channel })).toEqual([user]);
  });

  test("is told why it may not", async () => {
    const client = await connect(sdk, { user: "bob" });
    await expect(client.tell({ do: "publish", channel: "room:other", data: 1 })).rejects.toMatchObject({ code: 103 });
    await expect(client.tell({ do: "history", channel: "nowhere:1", limit: 1 })).rejects.toMatchObject({ code: 102 });
  });

  test("a token that is none ends it for good", async () => {
    const client = await start(sdk);
    await client.tell({ do: "connect", url: hub.websocketUrl(), token: "not-a-token" }).catch(() => undefined);
    expect(await client.event({ event: "disconnected" })).toMatchObject({ code: 3500 });
  });
});

test(
  "a client of any SDK refreshes its token, and the connection goes on",
  withEach(async (sdk) => {
    const client = await connect(sdk, { user: "cid", expiresInSeconds: 3 });
    const endsAtMs = Date.now() + 3_000 + graceMs;
    await subscribe(client, `room:refresh-${slug(sdk)}`);
    await client.event({ event: "token" });
    await client.tell({ do: "token", token: hub.token("cid", { exp: inSeconds(600) }) });
    await delay(endsAtMs + 500 - Date.now());
    await client.tell({ do: "publish", channel: `room:refresh-${slug(sdk)}`, data: "still here" });
    await client.event({ event: "publication", data: "still here" });
    expect(client.events.filter(({ event }) => event === "connected")).toHaveLength(1);
  }),
);

test(
  "one whose token runs out is ended with 3005, and comes back with a new one",
  withEach(async (sdk) => {
    const client = await connect(sdk, { user: "dan", expiresInSeconds: 2 });
    await client.event({ event: "token" });
    expect(await client.event({ event: "connecting", code: 3005 })).toBeDefined();
    // It may ask once more for the new connection; whichever it waits for is answered.
    for (let asked = 0; asked < 2; asked++) {
      await client.tell({ do: "token", token: hub.token("dan", { exp: inSeconds(600) }) });
    }
    await expect.poll(() => client.events.filter(({ event }) => event === "connected").length).toBeGreaterThan(1);
  }),
);

test(
  "one that gets no new token ends",
  withEach(async (sdk) => {
    const client = await connect(sdk, { user: "eve", expiresInSeconds: 2 });
    await client.event({ event: "token" });
    await client.tell({ do: "token", token: "" });
    expect(await client.event({ event: "disconnected" })).toBeDefined();
  }),
);

test("after kill -9 of their gateway all of them continue on another: nothing lost, nothing twice, nothing out of order", async () => {
  let isFirst = true;
  const [first, second] = hub.gateways.map(({ port }) => port);
  const balancer = await startTcpProxy({
    route: () => [isFirst ? first : second].filter((port) => port !== undefined),
  });
  const channel = "room:killed";
  const listeners = await Promise.all(
    sdks.map(async (sdk) => {
      const url = `ws://127.0.0.1:${balancer.port}/connection/websocket`;
      const client = await connect(sdk, { user: sdk.name, url });
      await subscribe(client, channel);
      return { sdk, client };
    }),
  );
  const publish = async (from: number, to: number) => {
    for (let data = from; data <= to; data++) await hub.post("/api/publish", { channel, data });
  };
  await publish(1, 10);
  isFirst = false;
  await hub.gateways[0]?.kill();
  await publish(11, 20);
  await Promise.all(listeners.map(({ client }) => client.event({ event: "subscribed", recovered: true })));
  await publish(21, 30);
  const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
  const heard = () =>
    Object.fromEntries(listeners.map(({ sdk, client }) => [sdk.name, heardBy(client).map(({ data }) => data)]));
  await expect.poll(heard, { timeout: 15_000 }).toEqual(Object.fromEntries(sdks.map(({ name }) => [name, numbers])));
  await balancer.close();
});
