import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway({ SWITCHYARD_CHANNEL_HISTORY_MAX_SIZE: "65536" });
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

  test.each([1e14, 1e15 + 7, 2 ** 52 + 1])(
    "a client whose channels stand at %d connects, recovers and reads",
    async (top) => {
      const name = gateway.channel("kept");
      const redis = new Redis(gateway.redisUrl);
      // As Redis leaves them after enough restarts: each lets offsets leap.
      for (const channel of [name, `user:far-${top}`])
        await redis.hset(`sy:{${channel}}:meta`, { e: "far", s: `${top}` });
      redis.disconnect();
      const client = await connectPeer(gateway.url);
      const token = mintToken(gateway.secret, { sub: `far-${top}` });
      const subs = { [`user:far-${top}`]: { recover: true, offset: top, epoch: "far" } };
      const { connect } = await client.call({ connect: { token, subs } });
      expect(connect).toMatchObject({ subs: { [`user:far-${top}`]: { recovered: true, offset: top } } });
      const { subscribe } = await client.call({
        subscribe: { channel: name, recover: true, offset: top, epoch: "far" },
      });
      expect(subscribe).toMatchObject({ recovered: true, offset: top });
      const { history } = await client.call({
        history: { channel: name, limit: 5, since: { offset: top, epoch: "far" } },
      });
      expect(history).toEqual({ publications: [], offset: top, epoch: "far" });
      await client.close();
    },
  );

  test("a position no stream can reach is lost to recovery, and refused by name to a reader", async () => {
    const name = gateway.channel("kept");
    const client = await gateway.connected("beyond");
    const { subscribe } = await client.call({ subscribe: { channel: name, recover: true, offset: 1e17, epoch: "" } });
    expect(subscribe).toMatchObject({ was_recovering: true });
    expect(subscribe).not.toHaveProperty("recovered");
    expect(await client.call({ history: { channel: name, limit: 5, since: { offset: 1e17 } } })).toMatchObject({
      error: { code: 107, message: expect.stringContaining("since.offset: must be 9007199254740991 or less") },
    });
    await client.close();
  });

  test("a history of large publications comes in pieces that say so, and more missed than one piece is not recovered", async () => {
    const name = gateway.channel("kept");
    const writer = await gateway.connected("writer");
    await writer.call({ subscribe: { channel: name } });
    for (const letter of "abcde") await writer.call({ publish: { channel: name, data: letter.repeat(30_000) } });
    const read = async (since?: object) => {
      const reply = await writer.call({ history: { channel: name, limit: 10, ...(since && { since }) } });
      const { publications, more, epoch } = reply["history"] as {
        publications: { offset: number; data: string }[];
        more?: true;
        epoch: string;
      };
      return { offsets: publications.map(({ offset }) => offset), more, epoch };
    };
    const first = await read();
    const { epoch } = first;
    expect(first).toEqual({ offsets: [1, 2], more: true, epoch });
    expect(await read({ offset: 2, epoch })).toEqual({ offsets: [3, 4], more: true, epoch });
    expect(await read({ offset: 4, epoch })).toEqual({ offsets: [5], more: undefined, epoch });

    // The third reading of a channel is shared, the first two are not.
    for (let client = 0; client < 4; client++) {
      const far = await gateway.connected(`far-${client}`);
      const lost = await far.call({ subscribe: { channel: name, recover: true, offset: 1, epoch } });
      expect(lost["subscribe"]).toMatchObject({ was_recovering: true, offset: 5 });
      expect(lost["subscribe"]).not.toHaveProperty("publications");
      const near = await gateway.connected(`near-${client}`);
      const kept = await near.call({ subscribe: { channel: name, recover: true, offset: 3, epoch } });
      expect(kept["subscribe"]).toMatchObject({ recovered: true, publications: [{ offset: 4 }, { offset: 5 }] });
      await Promise.all([far.close(), near.close()]);
    }
    await writer.close();
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
