import { expect, test } from "vitest";
import { FailureLog } from "./failure-log.ts";

test("of each reason the first failure is told at once, then one in ten seconds, with how many were not", () => {
  const lines: object[] = [];
  const clock = { ms: 0 };
  const log = new FailureLog({ warn: (line: unknown) => void lines.push(line as object) }, () => clock.ms);
  const fail = (reason: "timeout" | "status" | "aborted", detail?: string) =>
    log.tell({ hook: "rpc" }, { kind: "failed", reason, ...(detail === undefined ? {} : { detail }) });
  fail("timeout");
  fail("status", "500");
  for (let time = 0; time < 1_000; time++) fail("timeout");
  fail("aborted");
  expect(lines).toEqual([
    { hook: "rpc", reason: "timeout", detail: undefined },
    { hook: "rpc", reason: "status", detail: "500" },
  ]);
  clock.ms += 10_000;
  fail("timeout");
  expect(lines.at(-1)).toEqual({ hook: "rpc", reason: "timeout", detail: undefined, more: 1_000 });
  log.tellReplaced({ hook: "rpc" }, 2_000, 100);
  log.tellReplaced({ hook: "rpc" }, 99, 100);
  expect(lines.slice(3)).toEqual([{ hook: "rpc", saidCode: 2_000, code: 100 }]);
});
