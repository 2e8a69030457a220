import fc from "fast-check";
import { expect, test } from "vitest";
import { FilterProblem, filterBounds } from "./filter-node.ts";
import { compileTagFilter, noTags } from "./tag-filter.ts";

const tags = { type: "news", price: "9.50", empty: "", id: "900719925474099301", minus: "-3", text: "12a" };

test.each([
  [{ key: "type", cmp: "eq", val: "news" }, true],
  [{ key: "type", cmp: "eq", val: "new" }, false],
  [{ key: "none", cmp: "eq", val: "news" }, false],
  [{ key: "type", cmp: "neq", val: "new" }, true],
  [{ key: "none", cmp: "neq", val: "new" }, true],
  [{ key: "type", cmp: "in", vals: ["a", "news"] }, true],
  [{ key: "type", cmp: "in", vals: ["a", "b"] }, false],
  [{ key: "none", cmp: "in", vals: ["a"] }, false],
  [{ key: "none", cmp: "in", vals: ["a", ""] }, true],
  [{ key: "type", cmp: "nin", vals: ["a", "news"] }, false],
  [{ key: "none", cmp: "nin", vals: ["a"] }, true],
  [{ key: "none", cmp: "nin", vals: [""] }, false],
  [{ key: "empty", cmp: "ex" }, true],
  [{ key: "none", cmp: "ex" }, false],
  [{ cmp: "ex" }, false],
  [{ key: "none", cmp: "nex" }, true],
  [{ key: "empty", cmp: "nex" }, false],
  [{ key: "constructor", cmp: "nex" }, true],
  [{ key: "type", cmp: "sw", val: "ne" }, true],
  [{ key: "none", cmp: "sw", val: "ne" }, false],
  [{ key: "type", cmp: "ew", val: "ws" }, true],
  [{ key: "type", cmp: "ew", val: "ne" }, false],
  [{ key: "type", cmp: "ct", val: "ew" }, true],
  [{ key: "none", cmp: "ct", val: "ew" }, false],
  [{ key: "price", cmp: "gt", val: "9.5" }, false],
  [{ key: "price", cmp: "gte", val: "9.5" }, true],
  [{ key: "price", cmp: "lte", val: "+9.500" }, true],
  [{ key: "price", cmp: "lt", val: "10" }, true],
  [{ key: "price", cmp: "lt", val: "1e3" }, false],
  [{ key: "price", cmp: "lt", val: "ten" }, false],
  [{ key: "minus", cmp: "lt", val: "-2.9999999999999999999" }, true],
  [{ key: "minus", cmp: "lt", val: "-2.99999999999999999999" }, false],
  [{ key: "id", cmp: "gt", val: "900719925474099300" }, true],
  [{ key: "id", cmp: "lt", val: "900719925474099302" }, true],
  [{ key: "id", cmp: "lte", val: "900719925474099300.9" }, false],
  [{ key: "text", cmp: "gt", val: "1" }, false],
  [{ key: "empty", cmp: "lt", val: "1" }, false],
  [{ key: "none", cmp: "lt", val: "1" }, false],
  [
    {
      op: "and",
      nodes: [
        { key: "type", cmp: "ex" },
        { key: "none", cmp: "ex" },
      ],
    },
    false,
  ],
  [
    {
      op: "or",
      nodes: [
        { key: "type", cmp: "ex" },
        { key: "none", cmp: "ex" },
      ],
    },
    true,
  ],
  [{ op: "not", nodes: [{ key: "none", cmp: "ex" }] }, true],
])("%j is %s of the tags", (filter, expected) => {
  expect(compileTagFilter(filter).matches(tags)).toBe(expected);
});

test.each([
  ["1.5", "1.50", 0],
  ["-0", "0", 0],
  ["007", "7", 0],
  ["1", "1.0000000000000000001", -1],
  ["-1", "-1.0000000000000000001", 1],
  ["123456789012345", "123456789012346", -1],
  ["9".repeat(200), `1${"0".repeat(199)}`, 1],
])("%s is compared with %s as the numbers they are", (a, b, order) => {
  const is = (cmp: string) => compileTagFilter({ key: "n", cmp, val: b }).matches({ n: a });
  expect({ lt: is("lt"), lte: is("lte"), gt: is("gt"), gte: is("gte") }).toEqual({
    lt: order < 0,
    lte: order <= 0,
    gt: order > 0,
    gte: order >= 0,
  });
});

test.each(["", " 1", "1.", ".5", "-.5", "+", "1e5", "0x1", "١", "1_0", "NaN", `0.${"1".repeat(20)}`, "1".repeat(201)])(
  "%j is no number, and no comparison with one is true",
  (n) => {
    for (const cmp of ["lt", "lte", "gt", "gte"]) {
      expect(compileTagFilter({ key: "n", cmp, val: "1" }).matches({ n })).toBe(false);
      // An empty one is refused as a bound, so it is tried as a tag alone.
      expect(compileTagFilter({ key: "n", cmp, val: n || "x" }).matches({ n: "1" })).toBe(false);
    }
  },
);

const leaf = { key: "k", cmp: "ex" };
const manyValues = { key: "k", cmp: "in", vals: Array.from({ length: 600 }, () => "v") };
const nested = (depth: number): object => (depth === 1 ? leaf : { op: "not", nodes: [nested(depth - 1)] });

test.each([
  [undefined, "tf: must be a filter node"],
  [[], "tf: must be a filter node"],
  ["type=news", "tf: must be a filter node"],
  [{}, "tf.cmp: must be one of eq, neq, in, nin, ex, nex, sw, ew, ct, lt, lte, gt, gte"],
  [{ key: "k", cmp: "toString", val: "v" }, "tf.cmp: must be one of"],
  [{ op: "xor", nodes: [leaf] }, 'tf.op: must be "and", "or", "not", or empty'],
  [{ op: 1 }, "tf.op: must be a text"],
  [{ cmp: "eq", val: "v" }, "tf.key: must name a tag"],
  [{ key: "k", cmp: "eq" }, 'tf.val: must be there for cmp "eq"'],
  [{ key: "k", cmp: "eq", val: "v", vals: ["v"] }, 'tf.vals: must be absent for cmp "eq"'],
  [{ key: "k", cmp: "in", vals: [] }, 'tf.vals: must be there for cmp "in"'],
  [{ key: "k", cmp: "in", vals: ["v"], val: "v" }, 'tf.val: must be absent for cmp "in"'],
  [{ key: "k", cmp: "in", vals: ["v", 2] }, "tf.vals[1]: must be a text"],
  [{ key: "k", cmp: "in", vals: "v" }, "tf.vals: must be a list"],
  [{ key: "k", cmp: "ex", val: "v" }, 'tf.val: must be absent for cmp "ex"'],
  [{ key: "k", cmp: "ex", nodes: [leaf] }, "tf.nodes: must be absent without an op"],
  [{ op: "and" }, 'tf.nodes: must be at least one node for op "and"'],
  [{ op: "and", key: "k", nodes: [leaf] }, 'tf.key: means nothing beside op "and"'],
  [{ op: "not", nodes: [leaf, leaf] }, 'tf.nodes: must be one node for op "not"'],
  [{ op: "or", nodes: [leaf, { op: "and", nodes: [null] }] }, "tf.nodes[1].nodes[0]: must be a filter node"],
  [nested(filterBounds.depth + 1), `tf${".nodes[0]".repeat(16)}: is nested deeper than 16 nodes`],
  [{ op: "and", nodes: Array.from({ length: 128 }, () => leaf) }, "tf: has more than 128 nodes"],
  [{ key: "k", cmp: "in", vals: Array.from({ length: 1_025 }, () => "v") }, "tf.vals: has more than 1024 values"],
  [{ op: "or", nodes: [manyValues, manyValues] }, "tf.nodes[1].vals: has more than 1024 values in the whole filter"],
  [{ key: "k", cmp: "eq", val: "v".repeat(1_025) }, "tf.val: is longer than 1024 characters"],
  [{ key: "k", cmp: "eq", val: "😀".repeat(1_025) }, "tf.val: is longer than 1024 characters"],
])("%j is refused by the name of the field", (filter, problem) => {
  expect(() => compileTagFilter(filter)).toThrow(FilterProblem);
  expect(() => compileTagFilter(filter)).toThrow(problem);
});

test("the largest filters that are allowed are accepted, with zero values beside what is meant", () => {
  const zeros = { op: "", val: "", vals: [], nodes: null };
  expect(compileTagFilter({ ...zeros, ...leaf }).matches({ k: "" })).toBe(true);
  expect(compileTagFilter(nested(filterBounds.depth)).matches({ k: "" })).toBe(false);
  const nodes = Array.from({ length: 127 }, (_, i) => ({ key: `k${i}`, cmp: "nex" }));
  expect(compileTagFilter({ op: "and", nodes }).matches(noTags)).toBe(true);
});

test("filters that mean the same have one key, and others have another", () => {
  const key = (filter: object) => compileTagFilter(filter).key;
  const a = { key: "a", cmp: "in", vals: ["x", "y", "x"] };
  const b = { key: "b", cmp: "ex" };
  expect(key({ op: "and", nodes: [a, b] })).toBe(key({ op: "and", nodes: [b, { ...a, vals: ["y", "x"] }, b] }));
  expect(key({ op: "and", nodes: [a, b] })).not.toBe(key({ op: "or", nodes: [a, b] }));
  expect(key({ key: "a", cmp: "eq", val: "b" })).not.toBe(key({ key: "b", cmp: "eq", val: "a" }));
  expect(key({ key: 'a","b', cmp: "ex" })).not.toBe(key({ key: "a", cmp: "ex" }));
});

const name = fc.constantFrom("a", "b");
const value = fc.constantFrom("", "1", "1.0", "2", "x");
const condition = fc.oneof(
  fc.record({
    key: name,
    cmp: fc.constantFrom("eq", "neq", "sw", "lt", "gte"),
    val: value.filter((val) => val !== ""),
  }),
  fc.record({ key: name, cmp: fc.constantFrom("in", "nin"), vals: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ key: name, cmp: fc.constantFrom("ex", "nex") }),
);
const filters = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    condition,
    fc.record({ op: fc.constantFrom("and", "or"), nodes: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constant("not"), nodes: fc.tuple(tie("node")) }),
  ),
})).node;

test("filters of one key judge all tags alike", () => {
  const seen = new Map<string, string>();
  const samples = ["", "1", "1.0", "2", "x", undefined].flatMap((a) =>
    ["", "1", "x", undefined].map((b) => ({ ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })),
  );
  fc.assert(
    fc.property(filters, (filter) => {
      const { key, matches } = compileTagFilter(filter);
      const verdicts = samples.map((sample) => Number(matches(sample))).join("");
      expect(seen.get(key) ?? verdicts).toBe(verdicts);
      seen.set(key, verdicts);
    }),
    { numRuns: 2_000 },
  );
});

test("the bound of a text counts characters, of two units or of one", () => {
  const val = "😀".repeat(filterBounds.textLength);
  expect(compileTagFilter({ key: "k", cmp: "eq", val }).matches({ k: val })).toBe(true);
});
