import type { MutantGroup } from "../mutant.ts";

const deploys = ["tests/pages/console-deploys.test.ts"];
const lasts = ["tests/pages/console-lasts.test.ts"];

/** The console while apis are replaced, and while it is left open. */
export const consoleMutants: MutantGroup = {
  name: "consoles",
  root: ".",
  tests: ["apps/api/src/ops/console/console.redis.test.ts"],
  mutants: [
    {
      file: "apps/api/src/ops/console/console-versions.ts",
      find: "    if (found.hash !== hash) return undefined;\n",
      replace: "",
      breaks: "Who may write to Redis puts no script into the pages of operators.",
    },
    {
      file: "apps/api/src/ops/console/console-versions.ts",
      find: "wellFormed.test(hash) ? await store.read(hash) : undefined",
      replace: "undefined",
      breaks: "An api serves the files of the versions that others serve.",
    },
    {
      file: "packages/console/src/state/version.ts",
      find: "data.value.console === own ? 0 : others + 1",
      replace: "others + 1",
      breaks: "A page does not say that it is old while apis of its version answer.",
      tests: deploys,
    },
    {
      file: "packages/console/src/state/version.ts",
      find: "    if (others >= answersInRow) isReplaced.value = true;\n",
      replace: "",
      breaks: "A page that is old says so.",
      tests: deploys,
    },
    {
      file: "packages/console/src/state/clock.ts",
      find: "if (!document.hidden) tick();",
      replace: "tick();",
      breaks: "A hidden page has no timer.",
      tests: lasts,
    },
    {
      file: "packages/console/src/state/poll.ts",
      find: "if (end.signal.aborted || document.hidden || isRefused || isPaused()) return;",
      replace: "if (end.signal.aborted || isRefused || isPaused()) return;",
      breaks: "A hidden page asks for nothing.",
      tests: lasts,
    },
  ],
};
