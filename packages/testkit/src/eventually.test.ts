import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";

test("resolves to the first value that comes without an error", async () => {
  let calls = 0;
  const value = await eventually(() => {
    calls += 1;
    if (calls < 3) throw new Error("not yet");
    return calls;
  });
  expect(value).toBe(3);
});

test("gives up with the last failure in its message", async () => {
  const attempt = () => Promise.reject(new Error("still red"));
  await expect(eventually(attempt, { timeoutMs: 30 })).rejects.toThrow("not within 30 ms: still red");
});
