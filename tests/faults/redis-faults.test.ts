import { expect, test } from "vitest";
import { redisFaults } from "./catalogue.ts";

/**
 * Broken in about one run of three, so that neither `test` nor `test.fails` holds. F05: after a power cut some clients are still
 * led into the history that replaced the lost one without a word (docs/reliability.md).
 */
const openDefects = new Set(["F05"]);

for (const { id, promise, run } of redisFaults) {
  test.skipIf(openDefects.has(id))(`${id}: ${promise}`, { timeout: 180_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
