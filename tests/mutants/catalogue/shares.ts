import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq/groups";

/** Shares of handlers. */
export const shareMutants: MutantGroup = {
  name: "shares",
  root: at,
  tests: [`${at}/handler-shares.redis.test.ts`],
  mutants: [
    {
      file: "chunks/shares.lua",
      find: 'call("SCARD", G_SHARE .. handler) >= limit',
      replace: 'call("SCARD", G_SHARE .. handler) > limit',
      breaks: "No more tasks of a handler run than its share.",
    },
    {
      file: "chunks/shares.lua",
      find: "if group then tasks.arm(group) end",
      replace: "",
      breaks: "A group that waits for a share goes on when a place is free.",
    },
    {
      file: "wrapped/move-to-delayed.lua",
      find: "tasks.leaveShare(id)",
      replace: "",
      breaks: "Between two attempts a task leaves its share to others.",
    },
    {
      file: "chunks/shares.lua",
      find: 'if group == "" then',
      replace: "if false then",
      breaks: "What waits for a share holds up no ungrouped task of another handler.",
    },
    {
      file: "scripts/cancel-waiting.lua",
      find: "tasks.recallShare(handler, ARGV[2])",
      replace: "break",
      breaks: "Draining the ungrouped takes those that wait for a share, too.",
    },
    {
      file: "keep-shares.ts",
      find: "concurrency, mayRaise: 1 }",
      replace: "concurrency, mayRaise: 0 }",
      breaks: "A share rises when the worker that said less has gone.",
      tests: [`${at}/keep-shares.redis.test.ts`],
    },
    {
      file: "scripts/set-share.lua",
      find: 'if isRaise and ARGV[3] ~= "1" then return 0 end\n',
      replace: "",
      breaks: "A worker that starts does not raise what another holds it to.",
      tests: [`${at}/keep-shares.redis.test.ts`],
    },
    {
      file: "chunks/reconcile.lua",
      find: "  tasks.pruneShares()\n",
      replace: "",
      breaks: "A task that vanished without a word gives its place back in the end.",
    },
  ],
};
