import { expect, test } from "vitest";
import { readKnownScripts, readStockScripts } from "./stock-scripts.ts";
import { wrappedScripts } from "./wrap-script.ts";

test("every stock script that is wrapped or called is the one the wrapping was written for", () => {
  const stock = readStockScripts();
  const known = readKnownScripts();
  expect(stock.version).toBe(known.version);
  const needed = new Set([
    ...Object.keys(wrappedScripts),
    ...Object.values(wrappedScripts).flatMap(({ needs }) => [...needs]),
  ]);
  expect(new Set(Object.keys(known.scripts))).toEqual(needed);
  for (const name of needed) expect(stock.get(name).content).not.toBe("");
});

test("another script than the known one stops the start with its name and both versions", () => {
  const { version, scripts } = readKnownScripts();
  const stock = readStockScripts({ version: "6.6.9", scripts: { ...scripts, moveToActive: "0".repeat(64) } });
  expect(() => stock.get("moveToActive")).toThrow(
    `BullMQ ${version} has another script \`moveToActive\` than 6.6.9, which groups were written for; install bullmq 6.6.9`,
  );
  expect(() => stock.get("moveToNowhere")).toThrow("`moveToNowhere`");
});
