import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Centrifuge } from "centrifuge";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

/** Clients are the SDK as it comes from npm; gateways are killed under them. */

let hub: Hub;
beforeAll(async () => {
  const news = {
    name: "news",
    allow_subscribe_for_client: true,
    history_size: 500,
    history_ttl: "60s",
    force_recovery: true,
  };
  hub = await startHub({ gateways: 2, workers: 0, settings: { channel: { namespaces: [news] } } });
});
afterAll(() => hub?.close());

interface Client {
  readonly sdk: Centrifuge;
  readonly received: number[];
  readonly recoveries: boolean[];
}

/** Begins at one gateway and knows the other, as behind a load balancer that noticed the death. */
async function createClient(first: number, user: string): Promise<Client> {
  let attempt = 0;
  const urls = [hub.websocketUrl(first), hub.websocketUrl(1 - first)];
  // The SDK asks for a WebSocket class and gives it an URL; this one plays the balancer. `allowSynchronousEvents: false`
  // hands out one frame per turn, as browsers do: the SDK (5.7.4) mixes up two frames that come within one.
  class Balanced extends WebSocket {
    constructor() {
      super(urls[attempt++ % 2] as string, { allowSynchronousEvents: false });
    }
  }
  const sdk = new Centrifuge("ws://balanced.invalid", {
    websocket: Balanced,
    token: hub.token(user),
    minReconnectDelay: 50,
    maxReconnectDelay: 500,
  });
  const received: number[] = [];
  const recoveries: boolean[] = [];
  const subscription = sdk.newSubscription("news:crash");
  subscription.on("publication", ({ data }) => void received.push(data as number));
  subscription.on("subscribed", ({ wasRecovering, recovered }) => void (wasRecovering && recoveries.push(recovered)));
  subscription.subscribe();
  sdk.connect();
  await subscription.ready(10_000);
  return { sdk, received, recoveries };
}

test("after kill -9 of a gateway its clients continue on the other: nothing lost, nothing twice, nothing out of order", async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, (_, index) => createClient(index % 2, `user-${index}`)));
  let published = 0;
  const publish = async () => {
    const { body } = await hub.post("/api/publish", { channel: "news:crash", data: published });
    expect(body).toHaveProperty("result");
    published++;
  };
  for (let count = 0; count < 50; count++) await publish();
  const killed = hub.gateways[0]?.kill();
  for (let count = 0; count < 100; count++) await publish();
  await killed;
  for (let count = 0; count < 50; count++) await publish();

  const everything = Array.from({ length: published }, (_, index) => index);
  for (const { received } of clients)
    await eventually(() => expect(received).toEqual(everything), { timeoutMs: 15_000 });
  const recoveries = clients.flatMap((client) => client.recoveries);
  expect(recoveries.length).toBeGreaterThanOrEqual(10);
  expect(recoveries.every(Boolean)).toBe(true);
  for (const { sdk } of clients) sdk.disconnect();
});

test("a gateway that is asked to stop tells its clients when to come back and to go elsewhere, and leaves with 0", async () => {
  const extra = await hub.start("gateway");
  const codes: number[] = [];
  const told: unknown[] = [];
  const sdk = new Centrifuge(`ws://127.0.0.1:${extra.port}/connection/websocket`, {
    websocket: WebSocket,
    token: hub.token("u"),
  });
  sdk.on("message", ({ data }) => void told.push(data));
  sdk.on("connecting", ({ code }) => void codes.push(code));
  sdk.connect();
  await sdk.ready(10_000);
  expect(await extra.stop()).toBe(0);
  await eventually(() => expect(codes).toContain(3001));
  expect(told).toEqual([{ type: "closing", code: 3001, reason: "shutdown", reconnectAfterMs: expect.any(Number) }]);
  sdk.disconnect();
});
