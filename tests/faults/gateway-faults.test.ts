import { expect, test } from "vitest";
import { gatewayFaults } from "./catalogue.ts";

/** The others are of the long run, or have tests of their own. */
const short = gatewayFaults.filter(({ isLongOnly }) => isLongOnly !== true);

test.each(short)("$id: $promise", { timeout: 180_000 }, async ({ run }) => {
  const { broken } = await run({ seed: 1, isLong: false });
  expect(broken).toEqual([]);
});
