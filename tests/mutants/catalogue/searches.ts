import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq/search";

/** Tasks found by what they are. */
export const searchMutants: MutantGroup = {
  name: "searches",
  root: "packages/tasks/src",
  tests: [`${at}/task-search.redis.test.ts`],
  mutants: [
    {
      file: "bullmq/search/walk-source.ts",
      find: "return isNewest ? order < 0 : order > 0;",
      replace: "return isNewest ? order > 0 : order < 0;",
      breaks: "Of tasks of one moment none is told twice and none is left out.",
    },
    {
      file: "bullmq/search/walk-source.ts",
      find: "if (members.length > 0 || areLast) return { members, areLast };",
      replace: "return { members, areLast };",
      breaks: "More tasks of one moment than are looked at together are no end.",
    },
    {
      file: "bullmq/search/walk-source.ts",
      find: "String((untilMs + 1) * perMs - 1)",
      replace: "String(untilMs * perMs)",
      breaks: "What failed within the last millisecond that is asked for is found.",
    },
    {
      file: "bullmq/search/create-task-search.ts",
      find: "const isOver = areLast && step.examined === members.length;",
      replace: "const isOver = areLast;",
      breaks: "What a full page left of the last tasks of a kind is on the next one.",
    },
    {
      file: "bullmq/search/create-task-search.ts",
      find: "examined < bound && ",
      replace: "",
      breaks: "A search stops at its bound.",
    },
    {
      file: "bullmq/search/read-heads.ts",
      find: "    return undefined;\n",
      replace: "    throw new Error(json);\n",
      breaks: "A task that cannot be read hides no other.",
    },
    {
      file: "bullmq/search/read-heads.lua",
      find: "if job.err then return nil end",
      replace: "",
      breaks: "Something else than a job under a task's name hides no task.",
    },
    {
      file: "bullmq/search/read-heads.lua",
      find: "if job.err or not job[1] then return nil end",
      replace: "if job.err or not job[1] then return false end",
      breaks: "A task that another client has put in is found by whose it is.",
    },
    {
      file: "bullmq/search/create-task-search.ts",
      find: "request.cursor ? examinedMax : examinedFirstMax",
      replace: "examinedMax",
      breaks: "A page that is asked for again and again looks at less than those behind it.",
    },
    {
      file: "redis/chunks/record.lua",
      find: 'if record.status == "retrying" then call("ZREM", RETRYING, id) end',
      replace: "",
      breaks: "What runs again or is cancelled is not among those between two attempts.",
    },
    {
      file: "bullmq/groups/scripts/adopt-tasks.lua",
      find: 'if isRetry then call("ZADD", RETRYING, page[2][index + 1], id) end',
      replace: "",
      breaks: "Those between two attempts that an older version has left are found after the index was made anew.",
    },
    {
      file: "bullmq/search/create-task-search.ts",
      find: "const step = await (sees === undefined",
      replace: "const step = await (sees !== undefined",
      breaks: "What is hidden from who searches is asked nothing.",
      tests: [`${at}/search-in-sight.redis.test.ts`],
    },
    {
      file: "search/search-cursor.ts",
      find: "if (digest === digestOf(asked)) {",
      replace: "if (digest !== undefined) {",
      breaks: "A cursor is good for its own search alone.",
    },
    {
      file: "search/search-cursor.ts",
      find: "if (scorePattern.test(score)) return",
      replace: "return",
      breaks: "A cursor that was made by hand is refused.",
      tests: ["packages/tasks/src/search/search-cursor.test.ts"],
    },
  ],
};

const apart = "packages/tasks/src/bullmq";

/** Tasks that have lost a worker run one after the other. */
export const apartMutants: MutantGroup = {
  name: "apart",
  root: apart,
  tests: [`${apart}/run-apart.test.ts`, `${apart}/outage.redis.test.ts`],
  mutants: [
    {
      file: "run-apart.ts",
      find: "if (losses === 0) return run();",
      replace: "",
      breaks: "A task that has lost no worker waits for none that has.",
    },
    {
      file: "run-apart.ts",
      find: "    await untilAborted(before, interrupted);\n",
      replace: "",
      breaks: "Of tasks that have lost a worker one at a time is begun.",
    },
    {
      file: "run-apart.ts",
      find: "void before.then(turn.resolve)",
      replace: "turn.resolve()",
      breaks: "Who gives up waiting does not let those behind it pass.",
    },
    {
      file: "run-apart.ts",
      find: "await note(id, true);",
      replace: "",
      breaks: "Who loses workers while it is the one to be watched is given up.",
    },
    {
      file: "run-apart.ts",
      find: "      clearTimeout(timer);\n      await note(id, false);\n",
      replace: "      clearTimeout(timer);\n",
      breaks: "A task that has ended is not the one to be watched any more.",
    },
  ],
};
