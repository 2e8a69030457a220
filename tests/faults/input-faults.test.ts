import { expect, test } from "vitest";
import { inputFaults } from "./catalogue.ts";

for (const { id, promise, run } of inputFaults) {
  test(`${id}: ${promise}`, { timeout: 180_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
