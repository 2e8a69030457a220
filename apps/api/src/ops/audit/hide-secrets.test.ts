import { expect, test } from "vitest";
import { createSecretHider } from "./hide-secrets.ts";

test("a secret of the hub is left out wherever an entry has it, and nothing else is", () => {
  const hide = createSecretHider(["correct-horse", "correct-horse-battery", "mail", ""]);
  const entry = { kind: "intent", act: "a", actor: "ada", via: "page", action: "POST /ops/x" } as const;
  const said = {
    reason: "mail with correct-horse-battery, twice: correct-horse",
    details: { ids: ["correct-horse", 5] },
  };
  expect(hide({ ...entry, ...said, before: { note: null } })).toEqual({
    ...entry,
    reason: "mail with [redacted], twice: [redacted]",
    details: { ids: ["[redacted]", 5] },
    before: { note: null },
  });
});
