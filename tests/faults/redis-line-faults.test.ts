import { expect, test } from "vitest";
import { redisLineFaults } from "./catalogue.ts";

for (const { id, promise, run } of redisLineFaults) {
  test(`${id}: ${promise}`, { timeout: 180_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
