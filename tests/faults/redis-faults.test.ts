import { expect, test } from "vitest";
import { redisFaults } from "./catalogue.ts";

for (const { id, promise, run } of redisFaults) {
  test(`${id}: ${promise}`, { timeout: 180_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
