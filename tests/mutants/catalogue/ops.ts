import type { MutantGroup } from "../mutant.ts";

const ops = ["apps/api/src/ops/ops-scope.redis.test.ts"];
const password = ["apps/api/src/ops/password-limit.test.ts"];
const board = ["apps/api/src/ops/queue-board.redis.test.ts"];

/** Who may see the dashboards, and what these offer. */
export const opsMutants: MutantGroup = {
  name: "ops",
  root: "apps/api/src/ops",
  tests: ops,
  mutants: [
    {
      file: "ops-session.ts",
      find: "sessionSeconds * 1_000",
      replace: "sessionSeconds * 1_000_000",
      breaks: "A session of an operator ends after twelve hours.",
    },
    {
      file: "ops-session.ts",
      find: 'secretsMatch((await logins.read(id)) ?? "", noteFor(id))',
      replace: '((await logins.read(id)) ?? "") !== ""',
      breaks: "A new password ends all sessions.",
    },
    {
      file: "ops-session.ts",
      find: "if (wellFormed.test(id)) await logins.end(id);",
      replace: "",
      breaks: "After logging out a cookie opens nothing, wherever a copy of it lies.",
    },
    {
      file: "password-limit.ts",
      find: "if (count >= wrongPerPlace) return",
      replace: "if (count > wrongPerPlace) return",
      breaks: "After five wrong passwords a place has to wait.",
      tests: password,
    },
    {
      file: "password-limit.ts",
      find: "if (total <= wrongInTotal) return { delayMs: 0 };",
      replace: "return { delayMs: 0 };",
      breaks: "A guesser with a whole network is slowed.",
      tests: password,
    },
    {
      file: "password-limit.ts",
      find: ", now() + delayMaxMs)",
      replace: ", Infinity)",
      breaks: "The operator who knows the password comes in.",
      tests: password,
    },
    {
      file: "password-limit.ts",
      find: 'if (count === 0 && wrong.size >= placesMax) wrong.delete(wrong.keys().next().value ?? "");',
      replace: "",
      breaks: "A guesser does not fill the memory.",
      tests: password,
    },
    {
      file: "password-limit.ts",
      find: "const place = addressGroup(address);",
      replace: "const place = address;",
      breaks: "The addresses of one IPv6 network are one place.",
      tests: password,
    },
    {
      file: "login-routes.ts",
      find: "    limit.forgive(address);\n",
      replace: "",
      breaks: "Right passwords do not count as wrong ones.",
    },
    {
      file: "login-routes.ts",
      find: 'secure: protocol === "https" || isForwardedHttps,',
      replace: "secure: false,",
      breaks: "Behind HTTPS the cookie never travels in the clear.",
    },
    {
      file: "same-origin.ts",
      find: 'if (site === "same-origin") return;',
      replace: 'if (site?.startsWith("same-")) return;',
      breaks: "A page on another port of the same host cannot act for an operator.",
    },
    {
      file: "same-origin.ts",
      find: "URL.parse(headers.origin)?.host === host",
      replace: "true",
      breaks: "A page of another origin cannot act for an operator.",
    },
    {
      file: "queue-board.ts",
      find: "allowCompletedRetries: false",
      replace: "allowCompletedRetries: true",
      breaks: "The dashboard offers no retry of what has succeeded.",
      tests: board,
    },
    {
      file: "queue-board.ts",
      find: 'return typeof payload === "string" ? withoutForeignFonts(payload) : payload;',
      replace: "return payload;",
      breaks: "A dashboard tells nobody that it is looked at.",
      tests: board,
    },
  ],
};
