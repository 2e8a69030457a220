import fc from "fast-check";
import { expect, test } from "vitest";
import { errorText } from "./error-text.ts";

const thrower = () => {
  throw new Error("from a getter");
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const everyTrap = new Proxy(
  {},
  Object.fromEntries(Reflect.ownKeys(Reflect).map((trap) => [trap, thrower])) as ProxyHandler<object>,
);
const loop = new Error("loop");
loop.cause = loop;

test.each([
  ["an error", new Error("no disk"), "no disk"],
  ["an object with a message", { code: 1, message: "x" }, "x"],
  ["an object without one", { code: 1 }, "{ code: 1 }"],
  ["a message that is no text", { message: { code: 7 } }, "{ code: 7 }"],
  ["a text", "no disk", "no disk"],
  ["null", null, "null was thrown"],
  ["undefined", undefined, "undefined was thrown"],
  ["a number", 42, "42 was thrown"],
  ["a bigint", 10n, "10n was thrown"],
  ["a symbol", Symbol("s"), "Symbol(s) was thrown"],
  ["a function", thrower, "[Function: thrower]"],
  ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), "[Object: null prototype] { a: 1 }"],
  [
    "a cause",
    new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") }),
    "fetch failed: connect ECONNREFUSED",
  ],
  ["a cause that is repeated", new Error("a: b", { cause: new Error("b") }), "a: b"],
  ["a cause that is a text", new Error("a", { cause: "b" }), "a: b"],
  ["itself as the cause", loop, "loop"],
  ["many errors", new AggregateError([new Error("a"), new Error("b")]), "a; b"],
  ["an error without a message", Object.assign(new Error(""), { code: "ECONNRESET" }), "Error ECONNRESET"],
  ["an empty text", "", "an error without a message"],
  [
    "a message that cannot be read",
    Object.defineProperty(new TypeError("x"), "message", { get: thrower }),
    "TypeError",
  ],
  ["colours", new Error("\u001b[31mred\u001b[0m\u0000 and\n\tplain"), "red and\n\tplain"],
  ["a toString that throws", { toString: thrower, toJSON: thrower, a: 1 }, expect.stringMatching(/a: 1/)],
  ["a proxy with every trap throwing", everyTrap, "Proxy({})"],
  ["a revoked proxy", revoked.proxy, expect.stringMatching(/./)],
  [
    "a toStringTag that throws",
    {
      get [Symbol.toStringTag]() {
        return thrower();
      },
    },
    expect.stringMatching(/./),
  ],
])("%s is told readably", (_case, thrown, text) => {
  expect(errorText(thrown)).toEqual(text);
});

test("whatever is thrown, the text has 1 to 2 000 characters and is Unicode", () => {
  const huge = "🚉".repeat(1_000_000);
  const things = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true }),
    fc.string({ unit: fc.constantFrom("a", "🚉", "\ud83d", "\u001b[", "\0", "\n") }),
    fc.constantFrom<unknown>(
      huge,
      `a${huge}`,
      new Error(huge),
      { message: huge },
      { huge },
      [huge],
      new Error("", { cause: huge }),
    ),
  );
  fc.assert(
    fc.property(things, (thrown) => {
      const text = errorText(thrown);
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(2_000);
      expect(text.isWellFormed()).toBe(true);
    }),
    { numRuns: 500 },
  );
});
