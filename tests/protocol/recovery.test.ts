import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

describe("history and recovery", () => {
  test("a client that comes back gets exactly what it missed, under the offset it asked from", async () => {
    const name = gateway.channel("kept");
    const writer = await gateway.connected("writer");
    await writer.call({ subscribe: { channel: name } });
    for (const data of [1, 2, 3]) await writer.call({ publish: { channel: name, data } });
    const history = await writer.call({ history: { channel: name, limit: 10 } });
    const { epoch } = history["history"] as { epoch: string };
    const reader = await gateway.connected("reader");
    expect(await reader.call({ subscribe: { channel: name, recover: true, offset: 1, epoch } })).toMatchObject({
      subscribe: {
        recovered: true,
        was_recovering: true,
        offset: 1,
        epoch,
        publications: [
          { offset: 2, data: 2 },
          { offset: 3, data: 3 },
        ],
      },
    });
    await writer.call({ publish: { channel: name, data: 4 } });
    expect(await reader.nextPush()).toMatchObject({ pub: { offset: 4, data: 4 } });
    await Promise.all([writer.close(), reader.close()]);
  });

  test("a client that was away too long is told so, and gets no part of it", async () => {
    const name = gateway.channel("kept");
    const writer = await gateway.connected("writer");
    await writer.call({ subscribe: { channel: name } });
    for (let data = 1; data <= 8; data++) await writer.call({ publish: { channel: name, data } });
    const reader = await gateway.connected("reader");
    const { subscribe } = await reader.call({ subscribe: { channel: name, recover: true, offset: 1, epoch: "" } });
    expect(subscribe).toMatchObject({ was_recovering: true, offset: 8 });
    expect(subscribe).not.toHaveProperty("recovered");
    expect(subscribe).not.toHaveProperty("publications");
    await Promise.all([writer.close(), reader.close()]);
  });
});
