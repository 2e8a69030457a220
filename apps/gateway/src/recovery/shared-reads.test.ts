import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { createNode, recoveryLimit, type Client } from "./testing/joining-node.ts";
import { SlowStream } from "./testing/slow-stream.ts";

afterEach(() => void vi.useRealTimers());

const turn = async () => {
  for (let count = 0; count < 20; count++) await Promise.resolve();
};

const step = fc.oneof(
  fc.record({ kind: fc.constant("publish" as const), bytes: fc.integer({ min: 10, max: 100 }) }),
  fc.record({ kind: fc.constant("hear" as const) }),
  fc.record({ kind: fc.constant("execute" as const), index: fc.nat(2) }),
  fc.record({ kind: fc.constant("settle" as const), index: fc.nat(2) }),
  fc.record({ kind: fc.constant("join" as const), behind: fc.nat(45) }),
  fc.record({ kind: fc.constant("join" as const), behind: fc.nat(150) }),
  fc.record({ kind: fc.constant("begin" as const) }),
  fc.record({ kind: fc.constant("leap" as const), isHeard: fc.boolean() }),
);

const boundOfBytes = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 100, max: 1_000 }));

const lastOf = (list: number[], count: number) => list.slice(list.length - count);

test("whatever publishing, hearing, reading and joining do in between, each client gets everything once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(250),
      fc.array(step, { minLength: 10, maxLength: 80 }),
      boundOfBytes,
      async (before, steps, maxBytes) => {
        const stream = new SlowStream({ maxBytes });
        for (let count = 0; count < before; count++) stream.publish();
        while (stream.hear() !== undefined);
        const node = createNode(stream);
        const clients: Client[] = [];
        for (const each of steps) {
          if (each.kind === "publish") stream.publish({ bytes: each.bytes });
          else if (each.kind === "leap") {
            // What the process before has answered and sent has arrived when the one after is reached.
            while (stream.readings.length > 0) await stream.settle(0);
            while (node.hear());
            if (!each.isHeard) stream.hearing = {};
            stream.publish({ leap: 1_000_000_000 });
          } else if (each.kind === "hear") node.hear();
          else if (each.kind === "execute") stream.execute(each.index);
          else if (each.kind === "settle") await stream.settle(each.index);
          else if (each.kind === "begin") clients.push(node.join(stream.top, ""));
          else clients.push(node.join(stream.before(each.behind)));
          await turn();
        }
        await node.finish();
        for (const { fromOffset, asked, got, recovered, losses } of clients) {
          expect(losses).toBe(0);
          // Only what has fallen out of the history, or out of the bound, may be refused; and then nothing of it is handed out.
          const missed = stream.behind(fromOffset);
          const isTooMuch = missed.length > recoveryLimit || stream.bytesBehind(fromOffset) > maxBytes;
          expect(recovered || !asked || isTooMuch).toBe(true);
          expect(got).toEqual(recovered ? missed : lastOf(stream.behind(0), got.length));
        }
      },
    ),
    { numRuns: 2_000 },
  );
}, 30_000);

test("a crowd of 10 000 at one position costs two readings, and three from wherever they stand", async () => {
  const stream = new SlowStream();
  for (let count = 0; count < 50; count++) stream.publish();
  const node = createNode(stream);
  const crowd = Array.from({ length: 10_000 }, () => node.join(45));
  await node.finish();
  expect(stream.readCount).toBe(2);
  expect(crowd.every(({ recovered, got }) => recovered && got.length === 5)).toBe(true);

  const scattered = new SlowStream();
  for (let count = 0; count < 50; count++) scattered.publish();
  const other = createNode(scattered);
  for (let client = 0; client < 1_000; client++) other.join(50 - (client % 41));
  await other.finish();
  expect(scattered.readCount).toBe(3);
});

test("a crowd that has missed more bytes than one reading may hold is refused by three readings, and one that has not continues", async () => {
  const stream = new SlowStream({ maxBytes: 1_000 });
  for (let count = 0; count < 50; count++) stream.publish({ bytes: 100 });
  const node = createNode(stream);
  const far = Array.from({ length: 1_000 }, () => node.join(stream.before(20)));
  const near = Array.from({ length: 1_000 }, () => node.join(stream.before(10)));
  await node.finish();
  expect(stream.readCount).toBe(3);
  expect(far.some(({ recovered, got }) => recovered || got.length > 0)).toBe(false);
  expect(near.every(({ recovered, got }) => recovered && got.length === 10)).toBe(true);
});

test("a crowd from a history that is gone is refused by three readings, and a client of the new one is not", async () => {
  const stream = new SlowStream();
  stream.epoch = "e2";
  stream.publish();
  const node = createNode(stream);
  const old = node.join(1, "e1");
  await node.finish();
  const crowd = [old];
  for (let client = 0; client < 100; client++) {
    crowd.push(node.join(1, "e1"));
    await node.finish();
  }
  expect(crowd.some(({ recovered }) => recovered)).toBe(false);
  expect(stream.readCount).toBeLessThanOrEqual(4);
  const current = node.join(0, "e2");
  await node.finish();
  expect(current).toMatchObject({ recovered: true, got: [1] });
});

test("a long crowd on a busy channel is served from what was heard, however much that was", async () => {
  const stream = new SlowStream();
  stream.publish();
  const node = createNode(stream);
  for (let client = 0; client < 3; client++) node.join(1);
  await node.finish();
  for (let count = 0; count < 5 * recoveryLimit; count++) {
    stream.publish();
    node.hear();
    const client = node.join(Math.max(1, stream.top - recoveryLimit));
    await node.finish();
    expect(client.recovered).toBe(true);
  }
  expect(stream.readCount).toBe(2);
});

test("a crowd is served from one reading for ten seconds, and who comes after a pause from a reading of their own", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
  const stream = new SlowStream();
  stream.publish();
  const node = createNode(stream);
  const joinEvery = async (everyMs: number, forMs: number) => {
    for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
      node.join(1);
      await node.finish();
      vi.advanceTimersByTime(everyMs);
    }
  };
  await joinEvery(500, 10_000);
  expect(stream.readCount).toBe(2);
  await joinEvery(500, 10_000);
  expect(stream.readCount).toBe(4);
  await joinEvery(2_500, 10_000);
  expect(stream.readCount).toBe(8);
});

test("an epoch that began elsewhere is believed at once", async () => {
  const stream = new SlowStream();
  stream.publish();
  const node = createNode(stream);
  for (let client = 0; client < 3; client++) node.join(1);
  await node.finish();
  stream.epoch = "e2";
  const current = node.join(1, "e2");
  await node.finish();
  expect(current.recovered).toBe(true);
});

test("what was read before the node lost its hearing is handed to nobody", async () => {
  const stream = new SlowStream();
  stream.publish();
  const node = createNode(stream);
  for (let client = 0; client < 3; client++) node.join(1);
  await node.finish();
  stream.publish();
  // Published while nobody heard.
  stream.hear();
  stream.hearing = {};
  const client = node.join(1);
  await node.finish();
  expect(client).toMatchObject({ recovered: true, got: [2] });
});
