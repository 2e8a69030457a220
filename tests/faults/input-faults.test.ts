import { expect, test } from "vitest";
import { inputFaults } from "./catalogue.ts";

/** What a token's end does to a client has tests of its own (tests/protocol/expiry.test.ts), which take less time. */
const short = inputFaults.filter(({ isLongOnly }) => isLongOnly !== true);

for (const { id, promise, run } of short) {
  test(`${id}: ${promise}`, { timeout: 180_000 }, async () => {
    const { broken } = await run({ seed: 1, isLong: false });
    expect(broken).toEqual([]);
  });
}
