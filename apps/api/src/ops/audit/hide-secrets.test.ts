import { expect, test } from "vitest";
import { createSecretHider } from "./hide-secrets.ts";

test("a secret of the hub is left out wherever an entry has it, and nothing else is", () => {
  const hide = createSecretHider(["correct-horse-01", "correct-horse-01-battery", "a-mere-password", ""]);
  const entry = { kind: "intent", act: "a", actor: "ada", via: "page", action: "POST /ops/x" } as const;
  const said = {
    reason: "a-mere-password with correct-horse-01-battery, twice: correct-horse-01",
    details: { ids: ["correct-horse-01", 5] },
  };
  expect(hide({ ...entry, ...said, before: { note: null } })).toEqual({
    ...entry,
    reason: "a-mere-password with [redacted], twice: [redacted]",
    details: { ids: ["[redacted]", 5] },
    before: { note: null },
  });
});
