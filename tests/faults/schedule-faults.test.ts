import { expect, test } from "vitest";
import { scheduleFaults } from "./schedule-catalogue.ts";

/** Those whose short form says something within seconds; the others are the long run's. */
const short = scheduleFaults.filter(({ isLongOnly }) => isLongOnly !== true);

for (const { id, promise, run } of short) {
  test(`${id}: ${promise}`, { timeout: 120_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
