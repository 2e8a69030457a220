import { expect, test } from "vitest";
import { gatewayFaults } from "./catalogue.ts";

test.each(gatewayFaults)("$id: $promise", { timeout: 180_000 }, async ({ run }) => {
  const { broken } = await run({ seed: 1, isLong: false });
  expect(broken).toEqual([]);
});
