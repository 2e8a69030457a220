import type { MutantGroup } from "../mutant.ts";

/** How fast somebody may guess at the passwords of operators, and at what is hidden from them. */
export const passwordMutants: MutantGroup = {
  name: "passwords",
  root: "apps/api/src/ops",
  tests: ["apps/api/src/ops/access/password-limit.test.ts"],
  mutants: [
    {
      file: "access/password-limit.ts",
      find: "if (count >= wrongPerPlace) return",
      replace: "if (count > wrongPerPlace) return",
      breaks: "After five wrong passwords a place has to wait.",
    },
    {
      file: "access/password-limit.ts",
      find: "delayMs: total <= wrongInTotal ? 0 : waitForTurn(),",
      replace: "delayMs: 0,",
      breaks: "A guesser with a whole network is slowed.",
    },
    {
      file: "access/password-limit.ts",
      find: ", now() + delayMaxMs)",
      replace: ", Infinity)",
      breaks: "The operator who knows the password comes in.",
    },
    {
      file: "access/password-limit.ts",
      find: 'if (count === 0 && wrong.size >= placesMax) wrong.delete(wrong.keys().next().value ?? "");',
      replace: "",
      breaks: "A guesser does not fill the memory.",
    },
    {
      file: "access/password-limit.ts",
      find: "const place = addressGroup(address);",
      replace: "const place = address;",
      breaks: "The addresses of one IPv6 network are one place.",
    },
    {
      file: "access/password-desk.ts",
      find: "      verdict.forgive();\n",
      replace: "",
      breaks: "Right passwords do not count as wrong ones.",
      tests: ["apps/api/src/ops/ops-scope.redis.test.ts"],
    },
    {
      file: "access/password-limit.ts",
      find: "wrong.set(place, Math.max(0, (wrong.get(place) ?? 0) - 1));",
      replace: "wrong.delete(place);",
      breaks: "Somebody's own right password does not take back their guesses at those of others.",
    },
    {
      file: "access/password-limit.ts",
      find: "if (endsAt !== countedUntil) return;",
      replace: "",
      breaks: "A try of a minute that is over takes back none of the next.",
    },
    {
      file: "sight/require-sight.ts",
      find: "refuseReason(request);",
      replace: "void refuseReason;",
      breaks: "What a viewer may not read they cannot guess letter by letter.",
      tests: ["apps/api/src/ops/access/contents.redis.test.ts"],
    },
    {
      file: "../access/sealed-cursor.ts",
      find: "narrowSightOf(request) === undefined ? undefined : request.opsSession?.login.note;",
      replace: "undefined as string | undefined;",
      breaks: "A cursor tells nothing of what is hidden.",
      tests: ["apps/api/src/ops/sight/sight.redis.test.ts"],
    },
  ],
};
