import { expect, test } from "vitest";
import { inputFaults } from "./catalogue.ts";

test.each(inputFaults)("$id: $promise", async ({ run }) => {
  const { broken } = await run({ seed: 1, isLong: false });
  expect(broken).toEqual([]);
});
