import type { MutantGroup } from "../mutant.ts";

const ops = ["apps/api/src/ops/ops-scope.redis.test.ts"];
const audit = ["apps/api/src/ops/audit/audit.redis.test.ts"];
const access = ["apps/api/src/ops/access/ops-access.redis.test.ts"];
const board = ["apps/api/src/ops/queue-board.redis.test.ts"];
const oidc = ["apps/api/src/ops/oidc/oidc.redis.test.ts"];
const acts = ["apps/api/src/ops/acts/acts.redis.test.ts"];

/** Who may see the dashboards, and what these offer. */
export const opsMutants: MutantGroup = {
  name: "ops",
  root: "apps/api/src/ops",
  tests: ops,
  mutants: [
    {
      file: "access/ops-session.ts",
      find: " || !secretsMatch(login.note, noteFor(id, user))",
      replace: "",
      breaks: "A new password, and another role, end all sessions that rest on the old.",
    },
    {
      file: "access/login-routes.ts",
      find: "await sessions.end(session.login.handle);",
      replace: "",
      breaks: "After logging out a cookie opens nothing, wherever a copy of it lies.",
    },
    {
      file: "access/guard-ops.ts",
      find: "if (hasRight(session.user.role, right)) return requireProof(session, rule);",
      replace: "if (session.user.role !== undefined) return requireProof(session, rule);",
      breaks: "Nobody is let in below the right that a route asks for.",
      tests: access,
    },
    {
      file: "access/guard-ops.ts",
      find: "if (tier < 3 || login.proofAgeMs <= proofMaxAgeMs) return;",
      replace: "if (tier < 4 || login.proofAgeMs <= proofMaxAgeMs) return;",
      breaks: "What cannot be undone for many needs a login proven within five minutes.",
      tests: acts,
    },
    {
      file: "acts/act-terms.ts",
      find: "if (isOurs && tier === 3 &&",
      replace: "if (isOurs && tier === 4 &&",
      breaks: "What cannot be undone for many needs a reason.",
      tests: acts,
    },
    {
      file: "oidc/oidc-routes.ts",
      find: "    flowCookie.clear(reply);\n",
      replace: "",
      breaks: "What a browser keeps of a login on its way is used up when it comes back.",
      tests: oidc,
    },
    {
      file: "access/same-person.ts",
      find: "return subjectOf(login.claims) === subjectOf(user.claims);",
      replace: "return true;",
      breaks: "Another login at the provider proves nobody but the one who is logged in.",
      tests: oidc,
    },
    {
      file: "oidc/oidc-users.ts",
      find: "kept.name, kept.sub, row]",
      replace: "kept.name, row]",
      breaks: "What is in Redis makes nobody somebody else.",
      tests: oidc,
    },
    {
      file: "oidc/oidc-provider.ts",
      find: "const provider = await discover();",
      replace: "const provider = await shared.now();",
      breaks: "Keys that a provider has changed are known at the next login.",
      tests: oidc,
    },
    {
      file: "access/guard-ops.ts",
      find: "if (isReadOnly) leaveOutChanges(scope, rules);",
      replace: "",
      breaks: "Read-only, no route that changes the hub exists.",
      tests: access,
    },
    {
      file: "access/session-pages.ts",
      find: "if (login !== undefined && isFor(sessionOf(request))(login)) {",
      replace: "if (login !== undefined) {",
      breaks: "Only an admin ends the login of another.",
      tests: access,
    },
    {
      file: "access/session-cookie.ts",
      find: "const secure = isSecure(request);",
      replace: "const secure = false;",
      breaks: "Behind HTTPS the cookie never travels in the clear.",
    },
    {
      file: "access/same-origin.ts",
      find: 'if (site === "same-origin") return;',
      replace: 'if (site?.startsWith("same-")) return;',
      breaks: "A page on another port of the same host cannot act for an operator.",
    },
    {
      file: "access/same-origin.ts",
      find: "URL.parse(headers.origin)?.host === host",
      replace: "true",
      breaks: "A page of another origin cannot act for an operator.",
    },
    {
      file: "access/password-desk.ts",
      find: 'const actor = users.find(name, "")?.name ?? "unknown";',
      replace: "const actor = name;",
      breaks: "A password typed into the field of the name is not written down.",
      tests: audit,
    },
    {
      file: "access/guard-ops.ts",
      find: "if (request.opsSession !== undefined && reply.elapsedTime > waitedMs) await",
      replace: "if (request.opsSession === undefined) await",
      breaks: "What a task says at its end is not told to a login that has ended.",
      tests: ["apps/api/src/ops/access/ops-access.redis.test.ts"],
    },
    {
      file: "access/same-person.ts",
      find: 'if (login.claims === "" || user.claims === "") return login.claims === user.claims && login.actor === user.name;',
      replace: "if (login.actor === user.name) return true;",
      breaks: "Who is given the name of another at a provider ends none of their logins.",
      tests: ["apps/api/src/ops/access/same-person.test.ts"],
    },
    {
      file: "../../../../packages/tasks/src/bullmq/bullmq-queue.ts",
      find: "  await queue.resume();\n",
      replace: "",
      breaks: "A queue that was paused as a whole goes on when it is asked for over the api.",
      tests: board,
    },
    {
      file: "console/cut-needs.ts",
      find: "[...kinds.values()].flatMap((kind) => kind.slice(0, listedOfKind))",
      replace: "[...kinds.values()].flat().slice(0, listedOfKind)",
      breaks: "A rule with many subjects pushes no other off the first screen.",
      tests: ["apps/api/src/ops/console/cut-needs.test.ts"],
    },
    {
      file: "console/overview-answer.ts",
      find: "figuresInSight(narrow, hub)",
      replace: "groupFigures(hub).filter(({ id }) => narrow.sight.has(id))",
      breaks: "Who sees some groups only has theirs on the first screen, however busy others are.",
      tests: ["apps/api/src/ops/sight/sight.redis.test.ts"],
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
      find: 'return typeof payload === "string" ? asOurs(payload, isReadOnly ? "" : reasonField) : payload;',
      replace: "return payload;",
      breaks: "A dashboard tells nobody that it is looked at.",
      tests: board,
    },
  ],
};
