import { expect, test } from "vitest";
import { parseChannelTemplate } from "./channel-template.ts";

test.each([
  ["school:{school_id}:class:{school_class_id}", "school"],
  ["user:{uid}", "user"],
  ["$secret:{a}", "secret"],
  ["{room}", ""],
  ["lobby", ""],
  ["dialog#{a},{b}", ""],
  ["a:b:{c}", "a"],
])("%s is of the namespace %j", (text, namespace) => {
  expect(parseChannelTemplate(text).template?.namespace).toBe(namespace);
});

test("keeps what stands around the fields", () => {
  expect(parseChannelTemplate("school:{a}:class:{b}!").template).toEqual({
    texts: ["school:", ":class:", "!"],
    fields: ["a", "b"],
    namespace: "school",
  });
});

test.each([
  ["school:{a}{b}", "must have a `:` between `{a}` and `{b}`"],
  ["school:{a}-{b}", "must have a `:` between `{a}` and `{b}`"],
  ["school:{a}:{b}-{c}", "must have a `:` between `{b}` and `{c}`"],
  ["{kind}:{id}", "must write its namespace out"],
  ["x{kind}:1", "must write its namespace out"],
  ["school:{}", "has a field without a name"],
  ["school:{a", "has a brace without its other one"],
  ["school:a}", "has a brace without its other one"],
  ["school:{{a}}", "has a brace without its other one"],
])("%s is refused, with what to change", (text, problem) => {
  expect(parseChannelTemplate(text).problem).toContain(problem);
});
