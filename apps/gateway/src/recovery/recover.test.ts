import fc from "fast-check";
import { expect, test } from "vitest";
import { recover } from "./recover.ts";

const publication = (offset: number, previousOffset = offset - 1) => ({
  offset,
  previousOffset,
  timeMs: 0,
  body: Buffer.from(`{"data":${offset}}`),
});
const stream = (first: number, top: number) =>
  Array.from({ length: Math.max(0, top - first + 1) }, (_, index) => publication(first + index));

/** Reads a stream that has kept `first`..`top` the way the broker does. */
const read = (first: number, top: number, since: number, limit: number) => ({
  offset: top,
  epoch: "e",
  publications: stream(first, top)
    .filter(({ offset }) => offset > since)
    .slice(0, limit),
  isCut: false,
});

test("a recovery is everything missed, in order, or nothing at all", () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), fc.nat(60), fc.integer({ min: 1, max: 30 }), (trimmed, kept, offset, limit) => {
      const top = trimmed + kept;
      const history = read(trimmed + 1, top, offset, limit);
      const { recovered, publications } = recover({ mode: "stream", from: { offset, epoch: "e" }, history });
      const missed = stream(offset + 1, top);
      const possible = offset <= top && offset >= trimmed && missed.length <= limit;
      // A client that stands at the top has missed nothing, even of a stream that has expired.
      expect(recovered).toBe(possible || offset === top);
      expect(publications).toEqual(recovered ? missed : []);
    }),
  );
});

test("another epoch cannot be recovered, an unknown one can", () => {
  const history = read(1, 3, 1, 10);
  expect(recover({ mode: "stream", from: { offset: 1, epoch: "other" }, history }).recovered).toBe(false);
  expect(recover({ mode: "stream", from: { offset: 1, epoch: "" }, history }).recovered).toBe(true);
});

test("a hole in the middle of history is not handed out", () => {
  const history = {
    offset: 4,
    epoch: "e",
    publications: [publication(2), publication(4), publication(4)],
    isCut: false,
  };
  expect(recover({ mode: "stream", from: { offset: 1, epoch: "e" }, history }).recovered).toBe(false);
});

test("over a leap only who stands at its foot can recover", () => {
  const leap = 7_000_000_000;
  const foot = 3;
  const after = [publication(leap + 4, foot), publication(leap + 5)];
  fc.assert(
    fc.property(fc.nat(10), (offset) => {
      // Redis has kept 1 to 3 and gone on behind the leap; 4 to 10 are lost, or never were.
      const publications = [...stream(1, foot), ...after].filter((each) => each.offset > offset);
      const history = { offset: leap + 5, epoch: "e", publications, isCut: false };
      const recovered = offset <= foot;
      expect(recover({ mode: "stream", from: { offset, epoch: "e" }, history })).toEqual({
        recovered,
        publications: recovered ? publications : [],
      });
    }),
  );
});

test("cache mode sends the newest, unless the client has it", () => {
  const history = { offset: 9, epoch: "e", publications: [publication(9)], isCut: false };
  const from = (offset: number, epoch: string) => recover({ mode: "cache", from: { offset, epoch }, history });
  expect(from(3, "e")).toEqual({ recovered: true, publications: [publication(9)] });
  expect(from(9, "e")).toEqual({ recovered: true, publications: [] });
  expect(from(9, "old")).toEqual({ recovered: true, publications: [publication(9)] });
  expect(from(0, "")).toEqual({ recovered: true, publications: [publication(9)] });
});

test("cache mode fails when the newest has expired", () => {
  const history = { offset: 9, epoch: "e", publications: [], isCut: false };
  expect(recover({ mode: "cache", from: { offset: 3, epoch: "e" }, history }).recovered).toBe(false);
});
