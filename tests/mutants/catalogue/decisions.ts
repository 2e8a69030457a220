import type { MutantGroup } from "../mutant.ts";

const endpoint = ["packages/decisions/src/create-endpoint.test.ts"];
const breaker = ["packages/decisions/src/breaker.test.ts"];
const answers = ["packages/decisions/src/read-answer.test.ts"];
const lanes = ["apps/gateway/src/doors/centrifuge/command-lanes.test.ts"];

/** Questions to back ends: what an answer may say, and what one that does not come may cost. */
export const decisionMutants: MutantGroup = {
  name: "decisions",
  root: ".",
  tests: answers,
  mutants: [
    {
      file: "packages/decisions/src/read-answer.ts",
      find: 'return { kind: "failed", reason: "empty", detail: "it has neither',
      replace:
        'return { kind: "result", result: {} };\n  return { kind: "failed", reason: "empty", detail: "it has neither',
      breaks: "An answer that says nothing allows nothing.",
    },
    {
      file: "packages/decisions/src/read-answer.ts",
      find: 'const counts = ([name, value]: [string, unknown]) => value !== null || name === "data" || name === "user";',
      replace: 'const counts = ([name, value]: [string, unknown]) => value !== null || name === "data";',
      breaks: "A user that is null is a mistake, not the anonymous user.",
    },
    {
      file: "packages/decisions/src/result-schemas.ts",
      find: "user: Type.String(),",
      replace: "user: optional.text,",
      breaks: "An answer that forgets to say who connects lets nobody in.",
    },
    {
      file: "packages/decisions/src/client-codes.ts",
      find: "const told = isOwn ? { code } :",
      replace: "const told = true ? { code } :",
      breaks: "A code that no connection can be closed with never reaches the line.",
    },
    {
      file: "packages/decisions/src/client-codes.ts",
      find: "return text.slice(0, read);",
      replace: "return text;",
      breaks: "A reason fits into a close frame.",
    },
    {
      file: "packages/decisions/src/bulkhead.ts",
      find: "this.#inFlight < this.#options.inFlightMax",
      replace: "true",
      breaks: "A slow back end is asked so many questions at a time and no more.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/bulkhead.ts",
      find: "this.#waiting.size < this.#options.waitingMax",
      replace: "true",
      breaks: "What is beyond those that may wait is told so at once.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/read-body.ts",
      find: "if (bytes > maxBytes)",
      replace: "if (false)",
      breaks: "An answer that is too long is let go.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/post-question.ts",
      find: "headers: { ...headers, ...fixedHeaders,",
      replace: "headers: { ...fixedHeaders, ...headers,",
      breaks: "A client's header takes the place of none of the settings'.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/post-question.ts",
      find: "const transforms = isOutage ? [] :",
      replace: "const transforms =",
      breaks: "An outage of a back end is not the end of every connection.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/breaker.ts",
      find: "calls >= callsMin && failed >= calls * failedShare",
      replace: "failed >= calls * failedShare",
      breaks: "A few failures among a few calls say nothing.",
      tests: breaker,
    },
    {
      file: "packages/decisions/src/create-endpoint.ts",
      find: "const breaker = breakers[call.hook];",
      replace: "const breaker = breakers.rpc;",
      breaks: "A call that fails keeps nobody from logging in.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/post-question.ts",
      find: 'isFailure: answer.kind === "failed" };',
      replace: "isFailure: false };",
      breaks: "A back end whose answers cannot be used is let alone.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/post-question.ts",
      find: "if (status >= 500) return true;",
      replace: "",
      breaks: "An outage is one, whatever clients are told of it.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/post-question.ts",
      find: 'return answer.kind === "failed" && status < 400;',
      replace: 'return answer.kind === "failed";',
      breaks: "A status of 400 to 499 is an answer.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/breaker.ts",
      find: "if (this.#isProbing || this.#now()",
      replace: "if (this.#now()",
      breaks: "One call at a time probes.",
      tests: breaker,
    },
    {
      file: "packages/decisions/src/create-endpoint.ts",
      find: 'if (leftMs < 1) return failed("timeout");',
      replace: "",
      breaks: "What its asker has given up on is not asked.",
      tests: endpoint,
    },
    {
      file: "packages/decisions/src/deadline.ts",
      find: 'else outer?.addEventListener("abort", this.#onAbort);',
      replace: "",
      breaks: "The end of whoever asked ends the call.",
      tests: endpoint,
    },
    {
      file: "apps/gateway/src/doors/centrifuge/command-lanes.ts",
      find: "const isFree = key === undefined || !this.#behind.has(key);",
      replace: "const isFree = true;",
      breaks: "Commands of one key keep their order.",
      tests: lanes,
    },
    {
      file: "apps/gateway/src/doors/centrifuge/command-lanes.ts",
      find: "if (!runsNow && this.#isFullFor(item)) return this.#options.refuse(command);",
      replace: "",
      breaks: "What one client may have waiting is bounded.",
      tests: lanes,
    },
  ],
};
