import { compileTagFilter } from "@switchyard/protocol/tag-filter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { recover } from "./recover.ts";
import { createNode, recoveryLimit, type Client } from "./testing/joining-node.ts";
import { SlowStream } from "./testing/slow-stream.ts";

const turn = async () => {
  for (let count = 0; count < 20; count++) await Promise.resolve();
};
const tickers = ["A", "B", "C"];
const bodyOf = (ticker: string) => Buffer.from(JSON.stringify({ data: 1, tags: { ticker } }));
const step = fc.oneof(
  fc.record({ kind: fc.constant("publish" as const), ticker: fc.constantFrom(...tickers) }),
  fc.record({ kind: fc.constant("publish" as const), ticker: fc.constantFrom(...tickers) }),
  fc.record({ kind: fc.constant("hear" as const) }),
  fc.record({ kind: fc.constant("settle" as const), index: fc.nat(2) }),
  fc.record({ kind: fc.constant("join" as const), behind: fc.nat(45), wanted: fc.subarray(tickers, { minLength: 1 }) }),
);

test("whatever publishing, hearing, reading and joining do in between, each client gets exactly what its filter lets through", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.array(step, { minLength: 10, maxLength: 80 }), async (before, steps) => {
      const stream = new SlowStream();
      const tickerAt = new Map<number, string>();
      const publish = (ticker: string) => {
        stream.publish({ body: bodyOf(ticker) });
        tickerAt.set(stream.top, ticker);
      };
      for (let count = 0; count < before; count++) publish(tickers[count % tickers.length] as string);
      while (stream.hear() !== undefined);
      const node = createNode(stream);
      const clients: { client: Client; wanted: string[] }[] = [];
      for (const each of steps) {
        if (each.kind === "publish") publish(each.ticker);
        else if (each.kind === "hear") node.hear();
        else if (each.kind === "settle") await stream.settle(each.index);
        else {
          const filter = compileTagFilter({ key: "ticker", cmp: "in", vals: each.wanted });
          const client = node.join(stream.before(each.behind), undefined, { filter });
          clients.push({ client, wanted: each.wanted });
        }
        await turn();
      }
      await node.finish();
      for (const { client, wanted } of clients) {
        const { fromOffset, got, recovered, losses, subscription } = client;
        expect([losses, subscription.position?.offset]).toEqual([0, stream.top]);
        const missed = stream.behind(fromOffset);
        expect(recovered || missed.length > recoveryLimit).toBe(true);
        const wantedOf = (offsets: number[]) => offsets.filter((offset) => wanted.includes(tickerAt.get(offset) ?? ""));
        const live = wantedOf(stream.behind(0));
        expect(got).toEqual(recovered ? wantedOf(missed) : live.slice(live.length - got.length));
      }
    }),
    { numRuns: 1_000 },
  );
}, 30_000);

test("a crowd with filters costs as many readings as one without, and a publication is judged once for all of it", async () => {
  const stream = new SlowStream();
  for (let count = 0; count < 50; count++) stream.publish({ body: bodyOf(tickers[count % 3] as string) });
  while (stream.hear() !== undefined);
  const node = createNode(stream);
  let judged = 0;
  const { key } = compileTagFilter({ key: "ticker", cmp: "eq", val: "A" });
  const filter = { key, matches: (tags: Readonly<Record<string, string>>) => (judged++, tags["ticker"] === "A") };
  const crowd = Array.from({ length: 1_000 }, () => node.join(20, undefined, { filter }));
  await node.finish();
  expect(stream.readCount).toBe(2);
  expect(crowd.every(({ recovered, got }) => recovered && got.length === 10)).toBe(true);
  expect(judged).toBe(30);
});

const history = (...tickersFrom1: string[]) => ({
  offset: tickersFrom1.length,
  epoch: "e",
  isCut: false,
  publications: tickersFrom1.map((ticker, index) => ({
    offset: index + 1,
    previousOffset: index,
    timeMs: 0,
    body: bodyOf(ticker),
  })),
});
const wantsA = ({ body }: { body: Buffer }) => body.includes('"A"');

test("with a cache, a client gets the newest of what it wants, unless it stands there or behind it", () => {
  const ask = (offset: number, epoch = "e") =>
    recover({ mode: "cache", from: { offset, epoch }, history: history("A", "A", "B", "C"), accepts: wantsA });
  const handed = { recovered: true, publications: [expect.objectContaining({ offset: 2 })] };
  const nothing = { recovered: true, publications: [] };
  expect([ask(0, ""), ask(1), ask(2, "other")]).toEqual([handed, handed, handed]);
  expect([ask(2), ask(3), ask(4)]).toEqual([nothing, nothing, nothing]);
});

test("with a cache that holds nothing of what it wants, a client has missed nothing", () => {
  const from = { offset: 0, epoch: "" };
  expect(recover({ mode: "cache", from, history: history("B", "C"), accepts: wantsA })).toEqual({
    recovered: true,
    publications: [],
  });
  const empty = { ...history("B"), publications: [] };
  expect(recover({ mode: "cache", from, history: empty, accepts: wantsA }).recovered).toBe(false);
});
