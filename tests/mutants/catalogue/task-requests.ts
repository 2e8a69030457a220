import type { MutantGroup } from "../mutant.ts";

const requests = ["packages/tasks/src/accept-request.test.ts"];
const names = [
  "packages/tasks/src/redis/task-keys.test.ts",
  "packages/tasks/src/bullmq/job-mapping.test.ts",
  "packages/tasks/src/accept-request.test.ts",
  "packages/tasks/src/bullmq/names-from-outside.redis.test.ts",
];

/** What can be asked for with a task, and what tasks and groups may be called. */
export const taskRequestMutants: MutantGroup = {
  name: "task-requests",
  root: "packages/tasks/src",
  tests: requests,
  mutants: [
    {
      file: "accept-request.ts",
      find: 'if (handler === callbackHandler) reject("handler", "is the hub\'s own and cannot be asked for");',
      replace: "",
      breaks: "Nobody asks the hub to call any URL it likes.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: "Math.abs(request.group) > Number.MAX_SAFE_INTEGER",
      replace: "Math.abs(request.group) > Number.MAX_VALUE",
      breaks: "Two numbers that JavaScript cannot tell apart are not one group.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: "digestOf({ ...request, group })",
      replace: "digestOf(request)",
      breaks: "A group given as 1 and as '1' is the same request.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: "if (bytes <= maxBytes) return data ?? null;",
      replace: "if (text.length <= maxBytes) return data ?? null;",
      breaks: "The bound on data counts bytes.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: "if (delayMs !== undefined) reject",
      replace: "if (false) reject",
      breaks: "A request that says both when and how much later is refused.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: "if (dueAtMs - nowMs >= aheadMaxMs)",
      replace: "if (false)",
      breaks: "A task is not due more than a year ahead.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: "if (dueAtMs <= nowMs - dayMs)",
      replace: "if (dueAtMs <= nowMs)",
      breaks: "A clock that is wrong by minutes decides nothing about when a task is due.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: ".toSorted(([left], [right]) => (left < right ? -1 : 1))",
      replace: "",
      breaks: "The same request in another order is the same request.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: 'url.username === "" && url.password === ""',
      replace: "true",
      breaks: "No password stands in a callback's URL.",
      tests: requests,
    },
    {
      file: "accept-request.ts",
      find: "if (!canSign) reject",
      replace: "if (false) reject",
      breaks: "A hub that cannot sign takes no callbacks.",
      tests: requests,
    },
    {
      file: "group-name.ts",
      find: "if (text.length > groupMaxLength)",
      replace: "if (text.length >= groupMaxLength)",
      breaks: "A group's name may have 128 characters.",
      tests: names,
    },
    {
      file: "group-name.ts",
      find: '["-", allGroups, ".", ".."]',
      replace: '["-", allGroups]',
      breaks: "Every group can be asked for by its path.",
      tests: names,
    },
    {
      file: "group-name.ts",
      find: 'return `sha1-${createHash("sha1").update(value).digest("hex")}` as GroupName;',
      replace: "return ungrouped;",
      breaks: "Tasks of a group whose name cannot be used still share one lane.",
      tests: names,
    },
  ],
};
