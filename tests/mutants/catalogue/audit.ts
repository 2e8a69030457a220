import type { MutantGroup } from "../mutant.ts";

const audit = ["apps/api/src/ops/audit/audit.redis.test.ts"];
const sight = ["apps/api/src/ops/sight/sight.redis.test.ts"];
const acts = ["apps/api/src/ops/acts/acts.redis.test.ts"];

/** What of the dashboards is written down, and who sees how much of it. */
export const auditMutants: MutantGroup = {
  name: "audit",
  root: "apps/api/src/ops",
  tests: audit,
  mutants: [
    {
      file: "audit/audit-trail.ts",
      find: "const entry = hide(given);",
      replace: "const entry = given;",
      breaks: "The audit repeats no secret of the settings.",
    },
    {
      file: "audit/audit-keys.ts",
      find: "told({ ...about, before, reason: reasonIn(request.body) })",
      replace: "told(about)",
      breaks: "An act with a key is told with what stood before it, and why.",
    },
    {
      file: "access/same-origin.ts",
      find: 'if (site === "same-origin") return;',
      replace: 'if (site === "same-origin" || site === "same-site") return;',
      breaks: "Another port of the same host changes nothing.",
      tests: ["apps/api/src/ops/access/other-sites.redis.test.ts"],
    },
    {
      file: "audit/audit-acts.ts",
      find: "if (moved.length > 0) return sendMoved(reply, moved, before);",
      replace: "",
      breaks: "An act on what has moved since it was seen is not done.",
      tests: acts,
    },
    {
      file: "sight/require-sight.ts",
      find: 'case "nothing":\n    case undefined:\n      throw notThere();\n',
      replace: "",
      breaks: "What shows the whole hub is not there for who sees some groups only.",
      tests: sight,
    },
    {
      file: "sight/require-sight.ts",
      find: "if (sight.hasNamed(group)) return;",
      replace: "if (sight.hasNamed(group) || group === undefined) return;",
      breaks: "Who sees some groups only does nothing to tasks of all groups.",
      tests: sight,
    },
    {
      file: "sight/fit-answers.ts",
      find: "examined: tasks.length, total: tasks.length",
      replace: 'examined: page["examined"], total: page["total"]',
      breaks: "No number counts what is hidden.",
      tests: sight,
    },
    {
      file: "sight/sees-entry.ts",
      find: "return typeof stood ===",
      replace: "return stood === undefined || typeof stood ===",
      breaks: "The audit of the whole hub is hidden from who sees some groups only.",
      tests: sight,
    },
    {
      file: "sight/fit-answers.ts",
      find: 'if (request.opsSession.user.role !== "viewer") return seen;',
      replace: 'if (request.opsSession.user.role !== "nobody" as string) return seen;',
      breaks: "Viewers read nothing of what tasks carry and handlers have said.",
      tests: ["apps/api/src/ops/access/contents.redis.test.ts"],
    },
    {
      file: "../access/group-sight.ts",
      find: '(group === "" ? seesUngrouped :',
      replace: "(",
      breaks: "Tasks without a group are seen by who is shown them.",
      tests: ["apps/api/src/access/group-sight.test.ts"],
    },
    {
      file: "audit/audit-acts.ts",
      find: 'await trail.write("people", intent);',
      replace: 'await trail.note("people", intent);',
      breaks: "An act whose intent cannot be written does not happen.",
      tests: audit,
    },
    {
      file: "audit/audit-acts.ts",
      find: "details: detailsOf(request, rule)",
      replace: "details: (request.body ?? {}) as object",
      breaks: "The audit does not repeat what a task carries, nor a key that was typed into a note.",
      tests: audit,
    },
    {
      file: "audit/audit-target.ts",
      find: "Object.hasOwn(table, word) ? table[word] : word",
      replace: "word",
      breaks: "What was done to a group is told apart from what was done to a schedule of its name.",
      tests: ["apps/api/src/ops/audit/audit-target.test.ts"],
    },
    {
      file: "audit/read-book.ts",
      find: "for (const { row, line } of unproved) line.verdict = check(row);",
      replace: "",
      breaks: "An entry is proved by the one before it, however far back that is read.",
      tests: ["apps/api/src/ops/audit/read-book.test.ts"],
    },
    {
      file: "audit/search-audit.ts",
      find: "lines.length >= limit || examined >= examinedMax",
      replace: "lines.length >= limit",
      breaks: "A search of the audit looks at a bounded number of entries, and says so.",
      tests: ["apps/api/src/ops/audit/audit-search.redis.test.ts"],
    },
  ],
};
