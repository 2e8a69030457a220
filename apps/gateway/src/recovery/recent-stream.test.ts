import fc from "fast-check";
import { expect, test } from "vitest";
import { RecentStream, type Want } from "./recent-stream.ts";

const publication = (offset: number, tag = "a") => ({
  offset,
  previousOffset: offset - 1,
  epoch: "e",
  timeMs: 0,
  body: Buffer.from(`{"data":1,"tags":{"t":"${tag}"}}`),
});
const wantsB = ({ body }: { body: Buffer }) => body.includes('"b"');
const keepMax = 5;

test("the newest that somebody wants is the newest there is, or only a new reading can tell", () => {
  const tags = fc.array(fc.constantFrom("a", "a", "a", "b"), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(tags, fc.integer({ min: 1, max: 8 }), (list, readCount) => {
      const all = list.map((tag, index) => publication(index + 1, tag));
      const read = all.slice(-Math.min(readCount, keepMax));
      const since = (read[0]?.offset ?? 1) - 1;
      const history = { offset: all.length, epoch: "e", publications: read, isCut: false };
      const stream = new RecentStream({ history, since, isFull: false, keepMax, maxBytes: 1e6 });
      const answer = stream.answer({ kind: "newest", accepts: wantsB });
      // What lies further back than may be handed out counts as not there.
      const expected = all.slice(-keepMax).findLast(wantsB);
      const isKnown = read.some(wantsB) || since === 0 || read.length >= keepMax;
      expect(answer === undefined).toBe(!isKnown);
      expect(answer?.publications.findLast(wantsB)).toEqual(isKnown ? expected : undefined);
      expect(answer?.publications.at(-1)?.offset).toBe(isKnown ? all.length : undefined);
    }),
  );
});

test("a stream that has missed something answers nobody any more", () => {
  const history = { offset: 2, epoch: "e", publications: [publication(1), publication(2)], isCut: false };
  const stream = new RecentStream({ history, since: 0, isFull: false, keepMax, maxBytes: 1e6 });
  const wants: Want[] = [
    { kind: "top" },
    { kind: "newest" },
    { kind: "newest", accepts: wantsB },
    { kind: "after", offset: 1, epoch: "e" },
  ];
  const answered = () => wants.map((want) => stream.answer(want) !== undefined);
  expect([stream.append(publication(3)), answered()]).toEqual([true, [true, true, true, true]]);
  expect([stream.append(publication(5)), answered()]).toEqual([false, [false, false, false, false]]);
  expect(stream.append(publication(6))).toBe(false);
});
