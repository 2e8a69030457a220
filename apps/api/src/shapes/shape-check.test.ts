import fc from "fast-check";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { describe, expect, test } from "vitest";
import { createShapeCheck } from "./shape-check.ts";

const closed = { additionalProperties: false };
const Body = Type.Object(
  {
    name: Type.String({ maxLength: 10 }),
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    list: Type.Optional(Type.Array(Type.Object({ id: Type.Integer() }, closed), { maxItems: 1_000 })),
    data: Type.Optional(Type.Unknown()),
  },
  closed,
);
const check = createShapeCheck(Body);
const fieldsOf = (value: unknown) => check(value).map(({ field }) => field);

test("what fits has no problems, whatever free data it carries", () => {
  const data = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));
  expect(check({ name: "x", tags: { a: "b" }, list: [{ id: 1 }], data })).toEqual([]);
});

test("mistakes are named at the places where they are, far back as well", () => {
  const list = Array.from({ length: 900 }, (_, index) => ({ id: index === 800 ? "x" : index }));
  expect(fieldsOf({ name: "x", list })).toEqual(["list[800].id"]);
  const tags = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`t${index}`, index === 700 ? 1 : "x"]));
  expect(fieldsOf({ name: "x", tags })).toEqual(["tags.t700"]);
  expect(fieldsOf({ nome: "x" })).toEqual(["nome", "name"]);
});

test("whatever does not fit has at least one problem, as the library itself judges", () => {
  const validator = Compile(Body);
  const near = fc.oneof(fc.jsonValue(), fc.constantFrom("name", "x", 1, { id: 1 }, [{ id: 1 }], [{ id: "1" }]));
  const body = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom("name", "tags", "list", "data", "other"), near));
  fc.assert(
    fc.property(body, (value) => {
      expect(check(value).length > 0).toBe(!validator.Check(value));
    }),
    { numRuns: 2_000 },
  );
});

describe("a body of very many mistakes is told of a few of them", () => {
  const many = (value: unknown, length = 80_000) =>
    Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, value]));
  const bodies: [string, unknown][] = [
    ["unknown fields", { name: "x", ...many(1) }],
    ["unknown fields and nothing else", many(1)],
    ["tags that are no text", { name: "x", tags: many(1) }],
    ["items that are no objects", { name: "x", list: Array.from({ length: 80_000 }, () => 1) }],
    ["items with unknown fields", { name: "x", list: Array.from({ length: 8 }, () => many(1, 10_000)) }],
  ];
  test.each(bodies)("%s", (_, body) => {
    const problems = check(body);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(8);
    expect(problems[0]?.text).not.toBe("");
  });
});
