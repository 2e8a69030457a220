import { parseExactJson } from "@switchyard/protocol/exact-json";
import { jsonProblem } from "@switchyard/protocol/read-json";
import type { Attempt } from "@switchyard/tasks/task-worker";

/**
 * A task, or a call, as handlers outside of this process are given it, on one line. Its data is the JSON that was enqueued, or that
 * the client has sent.
 */
export function describeTask({ task, dataJson, number, token, caller, idempotencyKey }: Attempt): string {
  const { id, handler, group } = task;
  const [before = "", after = ""] = [
    { id, handler },
    { group, attempt: number, token, caller, idempotencyKey },
  ].map((part) => JSON.stringify(part).slice(1, -1));
  return `{${before},"data":${dataJson},${after}}`;
}

/** A result as a program or a service wrote it, every number as it was spelled; or why it cannot be kept. */
export type ReadResult = { readonly result: unknown } | { readonly problem: string };

/** @throws SyntaxError when the text is not JSON. */
export function readResult(text: string, wrappings = 0): ReadResult {
  const result = parseExactJson(text);
  const problem = jsonProblem(text, wrappings);
  return problem === undefined ? { result } : { problem: `its result ${problem}` };
}
