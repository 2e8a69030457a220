import fc from "fast-check";

/**
 * JSON text whose numbers no double holds, or JavaScript spells otherwise, with NUL, brackets and backslashes in its texts; no white
 * space, and no key that engines reorder. What passes such a text through must give it back as it is.
 */
export const exactJson = (() => {
  const whole = fc.stringMatching(/^(0|[1-9]\d{0,29})$/);
  const number = fc
    .tuple(
      fc.constantFrom("", "-"),
      whole,
      fc.constantFrom("", ".0", ".10", ".1234567890123456789", ".1000000000000000055"),
      fc.constantFrom("", "e2", "E-400", "e+400"),
    )
    .map((parts) => parts.join(""));
  const text = fc.string({ unit: "grapheme" }).map((value) => JSON.stringify(value));
  const odd = fc.constantFrom('"\\u0000"', '"a\\u0000b"', "null", "true", '"\\\\ud800"', '"[[{"', "[]", "{}");
  return fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
    value: fc.oneof({ depthSize: "small" }, number, text, odd, tie("list"), tie("object")),
    list: fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    object: fc
      .uniqueArray(fc.tuple(fc.stringMatching(/^k\w{0,3}$/), tie("value")), { selector: ([key]) => key, maxLength: 4 })
      .map((entries) => `{${entries.map(([key, value]) => `"${key}":${value}`).join(",")}}`),
  })).value;
})();
