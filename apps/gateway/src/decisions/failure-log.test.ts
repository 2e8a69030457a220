import { expect, test } from "vitest";
import { FailureLog } from "./failure-log.ts";

function stage() {
  const lines: object[] = [];
  const clock = { ms: 0 };
  const warn = (...[fields, message]: unknown[]) => void lines.push({ ...(fields as object), message });
  const log = new FailureLog({ subject: "a hook", labels: { hook: "rpc" }, logger: { warn }, now: () => clock.ms });
  return { lines, clock, log };
}

test("of each reason the first failure is told at once, then one in ten seconds, with how many were not", () => {
  const { lines, clock, log } = stage();
  const message = "a hook got no answer that can be used";
  log.tell({ reason: "timeout" });
  log.tell({ reason: "status", detail: "500" });
  for (let time = 0; time < 1_000; time++) log.tell({ reason: "timeout" });
  log.tell({ reason: "aborted" });
  expect(lines).toEqual([
    { hook: "rpc", reason: "timeout", detail: undefined, message },
    { hook: "rpc", reason: "status", detail: "500", message },
  ]);
  clock.ms += 10_000;
  log.tell({ reason: "timeout" });
  expect(lines.at(-1)).toEqual({ hook: "rpc", reason: "timeout", detail: undefined, more: 1_000, message });
});

test("a code that clients are not sent is told with what they are sent, whatever codes follow once in ten seconds", () => {
  const { lines, log } = stage();
  for (const code of [2_000, 2_001, 2_002]) log.tellReplaced(code, 100);
  const message = "a hook answered a code that is none of a back end's, and its client was told another";
  expect(lines).toEqual([{ hook: "rpc", saidCode: 2_000, code: 100, message }]);
});
