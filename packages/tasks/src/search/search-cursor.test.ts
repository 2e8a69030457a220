import { expect, test } from "vitest";
import { readSearchCursor, writeSearchCursor } from "./search-cursor.ts";

const asked = { handler: "mail" };
const handedOut = writeSearchCursor({ source: 1, after: { score: "1767225600000", id: "t_1" } }, asked);
const refusal = "is not one that was handed out for this search";

test.each(["1767225600000", "-9007199254740991", "1.5e+16", "inf", "-inf"])(
  "a search goes on behind a task whose place is %s",
  (score) => {
    const place = { source: 2, after: { score, id: "repeat:nightly:1767225600000" } };
    expect(readSearchCursor(writeSearchCursor(place, asked), asked)).toEqual(place);
  },
);

test.each(["", "1767225600000", "nonsense", handedOut.replace("1767225600000", "(1"), handedOut.replace(" 1 ", " x ")])(
  "a cursor that was made by hand, such as %j, is refused",
  (cursor) => {
    expect(() => readSearchCursor(cursor, asked)).toThrow(refusal);
  },
);

test("a cursor is good for its own search alone", () => {
  expect(() => readSearchCursor(handedOut, { handler: "post" })).toThrow(refusal);
});
