import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { derivedRecordLua, quietRecordTtlMs } from "./task-record-key.ts";

test("scripts of channels keep a record that nothing happens to for as long as those of tasks do", () => {
  expect(readFileSync(derivedRecordLua, "utf8")).toContain(`local QUIET_RECORD_TTL_MS = "${quietRecordTtlMs}"\n`);
});
