import { expect, test } from "vitest";
import { loadFaults } from "./catalogue.ts";

test.each(loadFaults)("$id: $promise", { timeout: 180_000 }, async ({ run }) => {
  const { broken } = await run({ seed: 1, isLong: false });
  expect(broken).toEqual([]);
});
