import { expect, test } from "vitest";
import { redisFaults } from "./catalogue.ts";

/**
 * Broken in about one run of two, so that neither `test` nor `test.fails` holds. F05: publications of the history that replaced
 * a lost one are delivered, and move the gateway's witness, before the check after a reconnect has looked at it.
 */
const openDefects = new Set(["F05"]);

for (const { id, promise, run } of redisFaults) {
  test.skipIf(openDefects.has(id))(`${id}: ${promise}`, { timeout: 180_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
