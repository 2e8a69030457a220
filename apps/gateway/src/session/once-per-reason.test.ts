import { expect, test } from "vitest";
import { oncePerReason } from "./once-per-reason.ts";

test("a reason is told the first time alone, each use of it for itself, and clients cannot fill a log with new ones", () => {
  const told: string[] = [];
  const tell = oncePerReason((reason, what) => void told.push(`${what}: ${reason}`));
  for (const what of ["refused", "refused", "denied"]) tell("not JSON", what);
  expect(told).toEqual(["refused (told once per reason): not JSON", "denied (told once per reason): not JSON"]);
  for (let n = 0; n < 1_000; n++) tell(`reason ${n}`, "refused");
  expect(told).toHaveLength(50);
});
