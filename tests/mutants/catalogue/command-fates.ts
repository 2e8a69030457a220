import type { MutantGroup } from "../mutant.ts";

const outages = ["packages/redis/src/command-fate.redis.test.ts"];

/** What an error of Redis means for the command that met it. */
export const commandFateMutants: MutantGroup = {
  name: "command-fates",
  root: "packages",
  tests: outages,
  mutants: [
    {
      file: "redis/src/command-fate.ts",
      find: "Stream isn't writeable|",
      replace: "",
      breaks: "A command that never left the process has not run.",
      tests: outages,
    },
    {
      file: "redis/src/command-fate.ts",
      find: "|Redis is not connected$|",
      replace: "|",
      breaks: "A command of ours that never left the process has not run.",
      tests: outages,
    },
    {
      file: "redis/src/command-fate.ts",
      find: "|OOM|",
      replace: "|",
      breaks: "A command that a full Redis refuses has not run.",
      tests: outages,
    },
    {
      file: "redis/src/command-fate.ts",
      find: "|READONLY|",
      replace: "|",
      breaks: "A command that a replica refuses has not run.",
      tests: outages,
    },
    {
      file: "redis/src/command-fate.ts",
      find: "|EXECABORT)/.test",
      replace: "|EXECABORT|Connection is closed)/.test",
      breaks: "A command whose answer was lost may have run.",
      tests: outages,
    },
    {
      file: "redis/src/command-fate.ts",
      find: 'return hasFailed(error) ? "failed" : "unknown";',
      replace: 'return "unknown";',
      breaks: "An error that Redis has answered is not told as an answer that was lost.",
      tests: outages,
    },
  ],
};
