import { expect, test } from "vitest";
import { taskFaults } from "./task-catalogue.ts";

/** Those whose short form says something; the others have tests of their own, or are the long run's. */
const short = taskFaults.filter(({ isLongOnly }) => isLongOnly !== true);

for (const { id, promise, run } of short) {
  test(`${id}: ${promise}`, { timeout: 120_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
