import type { MutantGroup } from "../mutant.ts";

const check = ["apps/api/src/ops/audit/chain-check.test.ts"];
const redact = ["apps/api/src/ops/audit/redact.test.ts"];

/** How the audit shows what was done to itself, and what it never repeats. */
export const auditProofMutants: MutantGroup = {
  name: "audit-proofs",
  root: "apps/api/src/ops/audit",
  tests: check,
  mutants: [
    {
      file: "chain-check.ts",
      find: 'if (seq !== (before?.seq ?? 0) + 1) return "missing";',
      replace: "",
      breaks: "An entry that was taken out is told as missing.",
    },
    {
      file: "chain-check.ts",
      find: 'if (!secretsMatch(mac, macOf(secret, previous?.mac ?? "", text))) return "changed";',
      replace: "",
      breaks: "An entry in a chain of its own is proved by itself.",
    },
    {
      file: "chain-check.ts",
      find: 'return isBehindProved ? "missing" : "first";',
      replace: 'return "first";',
      breaks: "Nobody passes what they make up off as an entry of an earlier version.",
    },
    {
      file: "chain-check.ts",
      find: 'return isAtLeast(previous.id, fromId) ? "missing" : "first";',
      replace: 'return "first";',
      breaks:
        "The oldest entries of a process that were taken out are told as missing where older ones of another are there.",
    },
    {
      file: "chain-check.ts",
      find: 'if (isWhole) return "missing";',
      replace: "",
      breaks: "In a book from which nothing can have made room no chain begins in its midst.",
    },
    {
      file: "read-book.ts",
      find: "isWhole: isAtBeginning && !isFull",
      replace: "isWhole: false",
      breaks: "The console finds that the oldest entries of a book were taken out.",
      tests: ["apps/api/src/ops/audit/read-book.test.ts"],
    },
    {
      file: "export-audit.ts",
      find: "isWhole: span.sinceMs === undefined && !isFull",
      replace: "isWhole: false",
      breaks: "The export finds that a book was emptied while an api ran.",
      tests: ["apps/api/src/ops/audit/audit-proofs.redis.test.ts"],
    },
    {
      file: "redact.ts",
      find: ".replaceAll(long, (run) => (looksDrawn(run) ? mark : run))",
      replace: "",
      breaks: "The cookie of a login is not repeated in the audit.",
      tests: redact,
    },
    {
      file: "looks-drawn.ts",
      find: "!word.test(run) && ",
      replace: "",
      breaks: "The name of a group stays, with a drawn part in it as well.",
      tests: redact,
    },
  ],
};
