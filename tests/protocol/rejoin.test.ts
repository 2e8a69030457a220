import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

test("a page that is reloaded, as a node's only subscriber, goes on hearing its channel", async () => {
  const channel = gateway.channel();
  for (let reload = 0; reload < 3; reload++) {
    const page = await gateway.connected("reader");
    await page.call({ subscribe: { channel } });
    await page.close();
  }
  const page = await gateway.connected("reader");
  await page.call({ subscribe: { channel } });
  // Longer than a channel lingers that nobody listens to: a node that forgot that somebody came back is deaf by then.
  await delay(1_500);
  // Through another gateway, for who publishes here must be subscribed here.
  const other = await startProtocolGateway({ SWITCHYARD_REDIS_URL: gateway.redisUrl });
  const elsewhere = await other.connected("elsewhere");
  await elsewhere.call({ subscribe: { channel } });
  await elsewhere.call({ publish: { channel, data: "heard" } });
  await expect.poll(() => page.frames.join("\n")).toContain('"heard"');
  await Promise.all([page.close(), elsewhere.close()]);
  await other.close();
});
