import type { Bearer } from "@switchyard/broker/revocation";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { good, hs, nobodyIsRevoked, secret, use } from "./testing/token-mint.ts";
import { createTokenVerifier } from "./token-verifier.ts";

function recorder() {
  const lines: string[] = [];
  const logger = { warn: (details: object, text?: string) => void lines.push(`${JSON.stringify(details)} ${text}`) };
  const { client } = checkSettings({ client: { token: { hmac_secret_key: secret } } });
  const revocations = { ...nobodyIsRevoked, isRevoked: ({ user }: Bearer) => user === "gone" };
  return { lines, tokens: createTokenVerifier({ client, revocations, logger }) };
}

const refused: [string, string, RegExp][] = [
  [
    "signed with another secret",
    hs(good, { key: "another" }),
    /does the back end sign with the secret of client\.token/,
  ],
  ["signed without a secret", hs(good, { key: "" }), /An environment variable may be missing/],
  ["an integer as the user", hs({ ...good, sub: 42 }), /`sub` is not text.*"42" and not 42/],
  ["no token", "hello", /not three parts/],
  ["revoked", hs({ ...good, sub: "gone" }), /issue a new one with `iat`/],
];

test.each(refused)(
  "a refused token (%s) is told at warn, once, with what to do and nothing of the token",
  async (...row) => {
    const [, token, text] = row;
    const { lines, tokens } = recorder();
    for (let time = 0; time < 3; time++) expect((await tokens.connection(token)).kind).toBe("invalid");
    expect(lines).toEqual([expect.stringMatching(text)]);
    for (const part of token.split(".")) expect(lines[0]).not.toContain(part);
  },
);

test("the same reason is told for each of the two uses, and what is no fault of the back end for neither", async () => {
  const { lines, tokens } = recorder();
  await tokens.connection("hello");
  await tokens.subscription("hello", use);
  await tokens.connection(hs({ ...good, exp: 1 }));
  await tokens.connection(hs());
  expect(lines).toEqual([
    expect.stringContaining("a connection token"),
    expect.stringContaining("a subscription token"),
  ]);
});

test("a stranger who makes up reasons fills neither log nor memory", async () => {
  const { lines, tokens } = recorder();
  for (let n = 0; n < 200; n++)
    await tokens.connection(hs(good, { header: { alg: `made-up-${n}-${"x".repeat(500)}` } }));
  expect(lines.length).toBeLessThanOrEqual(50);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(500);
});
