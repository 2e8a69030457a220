import type { MutantGroup } from "../mutant.ts";

const kinds = ["apps/gateway/src/access/token-kind.test.ts"];
const tokens = ["apps/gateway/src/access/token-verifier.test.ts", "apps/gateway/src/access/token-refusals.test.ts"];
const rights = ["apps/gateway/src/access/permissions.test.ts"];

/** Tokens of clients, and what they may do. */
export const accessMutants: MutantGroup = {
  name: "access",
  root: "apps/gateway/src/access",
  tests: tokens,
  mutants: [
    {
      file: "token-kind.ts",
      find: 'if (isForSubscription(claims)) return invalid("it names a `channel`',
      replace: 'if (false) return invalid("it names a `channel`',
      breaks: "Who was handed a channel cannot connect as its user.",
      tests: kinds,
    },
    {
      file: "token-kind.ts",
      find: 'return Object.hasOwn(claims, "channel");',
      replace: 'return typeof claims["channel"] === "string" && claims["channel"] !== "";',
      breaks: "A token whose channel was left empty by mistake is no connection token.",
      tests: kinds,
    },
    {
      file: "token-kind.ts",
      find: 'if (read.user === "" && !policy.allowsAnonymous) {',
      replace: "if (false) {",
      breaks: "Tokens without a user are refused where that is set.",
      tests: [...kinds, ...tokens],
    },
    {
      file: "token-kind.ts",
      find: 'if (read.channel !== use.channel) return { kind: "misplaced" };',
      replace: "",
      breaks: "A subscription token opens its own channel only.",
      tests: kinds,
    },
    {
      file: "token-kind.ts",
      find: 'if (read.user !== "" && read.user !== use.user) return',
      replace: "if (false) return",
      breaks: "A subscription token is good for its own user only.",
      tests: kinds,
    },
    {
      file: "token-kind.ts",
      find: 'if (read.client !== "" && read.client !== use.client) return',
      replace: "if (false) return",
      breaks: "A token of one connection is good for no other.",
      tests: kinds,
    },
    {
      file: "token-verifier.ts",
      find: "const clockToleranceSeconds = 5;",
      replace: "const clockToleranceSeconds = 5_000;",
      breaks: "A token that has run out is refused.",
    },
    {
      file: "token-verifier.ts",
      find: '...(section.require_exp ? { requiredClaims: ["exp"] } : {}),',
      replace: "",
      breaks: "A token without an end is refused where that is set.",
    },
    {
      file: "token-verifier.ts",
      find: '...(section.audience === "" ? {} : { audience: section.audience }),',
      replace: "",
      breaks: "A token for another audience is refused.",
    },
    {
      file: "token-verifier.ts",
      find: '...(section.issuer === "" ? {} : { issuer: section.issuer }),',
      replace: "",
      breaks: "A token of another issuer is refused.",
    },
    {
      file: "token-verifier.ts",
      find: "algorithms: [header.alg]",
      replace: "algorithms: [header.alg, 'HS256']",
      breaks: "A key is used with its own algorithm only.",
      equivalent:
        "jose compares the token's own algorithm with the list, and the first entry is that algorithm: a longer list lets in nothing else.",
    },
    {
      file: "token-verifier.ts",
      find: 'if (error instanceof errors.JWTExpired) return { kind: "expired" };',
      replace: "",
      breaks: "A client whose token has run out is told to fetch another.",
    },
    {
      file: "token-verifier.ts",
      find: "judge({ ...payload, ...handedOn(shape.exactClaims) })",
      replace: "judge(payload)",
      breaks: "What a token says for other clients keeps its digits.",
      tests: [...tokens, "tests/protocol/exact-values.test.ts"],
    },
    {
      file: "token-verifier.ts",
      find: "!audiences.some((name) => audience.test(name))",
      replace: "!audiences.every((name) => audience.test(name))",
      breaks: "A token without an audience does not match a pattern for it.",
    },
    {
      file: "token-claims.ts",
      find: "expireAt === undefined || expireAt === 0 ? undefined",
      replace: "expireAt === undefined ? undefined",
      breaks: "With expire_at of 0 a connection outlives its token.",
    },
    {
      file: "token-claims.ts",
      find: 'typeof value === "boolean" ? [[option, value]] : []',
      replace: "value !== undefined ? [[option, value]] : []",
      breaks: "An override that is no boolean is none.",
      tests: [...tokens, ...kinds],
    },
    {
      file: "token-shape.ts",
      find: "if (token.length > tokenMaxBytes) return",
      replace: "if (false) return",
      breaks: "A token that is too long is not looked at.",
    },
    {
      file: "token-shape.ts",
      find: 'if (!parts.every(isCanonicalBase64Url)) return "not canonical base64url";',
      replace: "",
      breaks: "There is one text for each token.",
    },
    {
      file: "token-shape.ts",
      find: "return twice === undefined ?",
      replace: "return twice !== null ?",
      breaks: "A claim that stands twice is refused.",
    },
    {
      file: "token-shape.ts",
      find: "/^[\\x20-\\x7e]{1,255}$/.test(kid)",
      replace: "/^[^]+$/.test(kid)",
      breaks: "The name of a key is plain text of a sane length.",
    },
    {
      file: "permissions.ts",
      find: "  if (isPrivateName(channel)) return false;\n  const users = limitedTo(channel, options);\n  if (users !== undefined) return",
      replace: "  const users = limitedTo(channel, options);\n  if (users !== undefined) return",
      breaks: "No option opens a private channel.",
      tests: rights,
    },
    {
      file: "permissions.ts",
      find: 'if (users !== undefined) return user !== "" && users.includes(user);',
      replace: "if (users !== undefined) return users.includes(user);",
      breaks: "An empty place in a list of users is not for the anonymous ones.",
      tests: rights,
    },
    {
      file: "permissions.ts",
      find: '(user !== "" || options.allow_subscribe_for_anonymous)',
      replace: "true",
      breaks: "What clients may do the anonymous ones may not.",
      tests: rights,
    },
    {
      file: "permissions.ts",
      find: 'if (user === "" && !grant.forAnonymous) return false;',
      replace: "",
      breaks: "An anonymous client publishes and reads only where that is allowed.",
      tests: rights,
    },
    {
      file: "permissions.ts",
      find: "(isSubscribed || isOpenTo(channel, options, user))",
      replace: "true",
      breaks: "The name of a channel lets in its own users only.",
      tests: rights,
    },
    {
      file: "permissions.ts",
      find: "if (isSubscribed && grant.forSubscriber) return true;",
      replace: "if (grant.forSubscriber) return true;",
      breaks: "What is for subscribers takes a subscription.",
      tests: rights,
    },
  ],
};
