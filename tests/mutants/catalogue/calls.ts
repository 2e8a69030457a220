import type { MutantGroup } from "../mutant.ts";

const calls = ["packages/tasks/src/call/calls.redis.test.ts"];

/** Calls of handlers: one answer each, in time, and nothing left behind. */
export const callMutants: MutantGroup = {
  name: "calls",
  root: "packages/tasks/src/call",
  tests: calls,
  mutants: [
    {
      file: "scripts/take-calls.lua",
      find: 'redis.call("GETDEL", CALL .. id)',
      replace: 'redis.call("GET", CALL .. id)',
      breaks: "A call that was taken is gone, so nothing of it is left.",
    },
    {
      file: "scripts/begin-call.lua",
      find: "while waiting >= max do",
      replace: "while false do",
      breaks: "A lane takes no more calls than it may hold.",
    },
    {
      file: "scripts/begin-call.lua",
      find: 'redis.call("LPOP", lane)',
      replace: "if true then return 0 end",
      breaks: "Calls that are over do not keep a lane shut.",
    },
    {
      file: "scripts/cancel-call.lua",
      find: 'if ARGV[2] == "1" then',
      replace: "if true then",
      breaks: "A handler that runs finishes, unless its call says that it stops with its asker.",
    },
    {
      file: "call-keys.ts",
      find: 'return source === "rpc" ? "rpc" : "decisions";',
      replace: 'return "rpc";',
      breaks: "Decisions do not wait behind rpcs.",
    },
    {
      file: "run-call.ts",
      find: "if (bytes <= replyMaxBytes)",
      replace: "if (bytes <= keptMaxBytes)",
      breaks: "An answer that is too large is kept and not sent.",
    },
    {
      file: "run-call.ts",
      find: "|| Object.keys(rest).length > 0",
      replace: "",
      breaks: "An answer that has an error among other things is an answer.",
    },
    {
      file: "create-handler-caller.ts",
      find: 'if (!(await offers(call.handler))) return { kind: "no_worker" };',
      replace: "",
      breaks: "Where no worker has a handler, its caller is told at once.",
    },
    {
      file: "call-message.ts",
      find: '.replaceAll(/[\\r\\n]/g, " ")',
      replace: "",
      breaks: "What a program is given stands on one line.",
    },
  ],
};

/** Which handler answers a client's rpc. */
export const rpcMutants: MutantGroup = {
  name: "rpc",
  root: "apps/gateway/src/rpc",
  tests: ["apps/gateway/src/rpc/method-routes.test.ts"],
  mutants: [
    {
      file: "method-routes.ts",
      find: "if (isEmpty) return withoutNamespace;",
      replace: "",
      breaks: "Where nothing is configured an rpc is 108 and not 104.",
    },
    {
      file: "method-routes.ts",
      find: '(namespaces.get(method.slice(0, end)) ?? { kind: "unknown" })',
      replace: "(namespaces.get(method.slice(0, end)) ?? withoutNamespace)",
      breaks: "A namespace nobody has configured is not found.",
    },
    {
      file: "method-routes.ts",
      find: "if (hasTasks && method === cancelTaskMethod)",
      replace: "if (method === cancelTaskMethod)",
      breaks: "Where no call becomes a task there is nothing to cancel.",
    },
  ],
};
