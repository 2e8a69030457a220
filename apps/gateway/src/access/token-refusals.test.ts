import { generateKeyPairSync } from "node:crypto";
import type { Bearer } from "@switchyard/broker/revocation";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { describe, expect, test } from "vitest";
import {
  ec,
  encode,
  good,
  hs,
  nobodyIsRevoked,
  nowSeconds,
  pem,
  rsa,
  secret,
  signed,
  use,
  verifier,
} from "./testing/token-mint.ts";
import { createTokenVerifier } from "./token-verifier.ts";

/** RFC 8725 and what it was written after: none of these may ever be accepted. */
const publicPem = pem(rsa.publicKey);
const attacker = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const attackerJwk = attacker.publicKey.export({ format: "jwk" });
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** 32 bytes are 43 letters with two bits to spare: another last letter, the same bytes. */
const flipped = (token: string) => token.slice(0, -1) + letters[letters.indexOf(token.at(-1) ?? "") ^ 1];
const withSignature = (signature: string) => hs().replace(/[^.]*$/, signature);
const [headOf = "", claimsOf = "", signatureOf = ""] = hs().split(".");

const refused: [string, string][] = [
  ["an expiry in milliseconds", hs({ ...good, exp: Date.now() + 3_600_000 })],
  ["an end of the connection in milliseconds", hs({ ...good, expire_at: Date.now() })],
  ["a time of issue in milliseconds", hs({ ...good, iat: Date.now() })],
  ["a user with a NUL", hs({ ...good, sub: "a\u0000b" })],
  ["an id that could not be revoked, with a NUL", hs({ ...good, jti: "a\u0000b" })],
  ["an id that could not be revoked, of 256 bytes", hs({ ...good, jti: "x".repeat(256) })],
  ["the empty text", ""],
  ["no token at all", "hello"],
  ["two parts", `${headOf}.${claimsOf}`],
  ["four parts", `${hs()}.x`],
  ["trailing data", `${hs()} `],
  ["a leading newline", `\n${hs()}`],
  ["an empty signature", withSignature("")],
  ["algorithm none without signature", `${encode({ alg: "none", typ: "JWT" })}.${claimsOf}.`],
  ["algorithm none with a signature", hs(good, { header: { alg: "none" } })],
  ["algorithm None", hs(good, { header: { alg: "None" } })],
  ["algorithm nOnE", hs(good, { header: { alg: "nOnE" } })],
  ["algorithm in lower case", hs(good, { header: { alg: "hs256" } })],
  ["no algorithm", hs(good, { header: { alg: undefined } })],
  ["an algorithm that is no text", hs(good, { header: { alg: ["HS256"] } })],
  ["an algorithm of the prototype", hs(good, { header: { alg: "constructor" } })],
  ["HS256 keyed with the RSA public key", hs(good, { key: publicPem })],
  ["HS256 keyed with the RSA public key, trimmed", hs(good, { key: publicPem.trim() })],
  ["HS256 keyed with the EC public key", hs(good, { key: pem(ec.ES256.publicKey) })],
  ["a body signed HS256 that says RS256", hs(good, { header: { alg: "RS256" } })],
  ["a body signed RS256 that says HS256", signed("RS256", rsa.privateKey, good, { alg: "HS256" })],
  ["a body signed RS256 that says ES256", signed("RS256", rsa.privateKey, good, { alg: "ES256" })],
  ["HS256 that says HS512", hs(good, { header: { alg: "HS512" } })],
  ["PS256, which is not listed", signed("RS256", rsa.privateKey, good, { alg: "PS256" })],
  ["EdDSA, which is not listed", hs(good, { header: { alg: "EdDSA" } })],
  ["ES384 where the key is on P-256", signed("ES384", ec.ES384.privateKey)],
  ["ES256 of an unknown key", signed("ES256", generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey)],
  [
    "ES256 with a signature of zeros (CVE-2022-21449)",
    `${encode({ alg: "ES256", typ: "JWT" })}.${claimsOf}.${Buffer.alloc(64).toString("base64url")}`,
  ],
  ["RS256 of the attacker's key", signed("RS256", attacker.privateKey)],
  ["RS256 with the attacker's key in `jwk`", signed("RS256", attacker.privateKey, good, { jwk: attackerJwk })],
  [
    "RS256 with the attacker's key at `jku`",
    signed("RS256", attacker.privateKey, good, { jku: "https://evil.example/k" }),
  ],
  [
    "RS256 with the attacker's key at `x5u`",
    signed("RS256", attacker.privateKey, good, { x5u: "https://evil.example/k" }),
  ],
  ["another secret", hs(good, { key: "x".repeat(32) })],
  ["the empty secret", hs(good, { key: "" })],
  ["a kid that is a path, keyed with what is there", hs(good, { header: { kid: "../../../dev/null" }, key: "" })],
  ["a kid that is SQL, keyed with its answer", hs(good, { header: { kid: "x' UNION SELECT 'k'; --" }, key: "k" })],
  ["a kid with a NUL", hs(good, { header: { kid: "key\0.pem" } })],
  ["a kid that is no text", hs(good, { header: { kid: { $ne: null } } })],
  ["a kid of 10 000 letters", hs(good, { header: { kid: "k".repeat(300) } })],
  ["a critical extension nobody knows", hs(good, { header: { crit: ["exp2"], exp2: 1 } })],
  ["an unencoded payload (b64 false)", hs(good, { header: { crit: ["b64"], b64: false } })],
  ["the type of another kind of token", hs(good, { header: { typ: "logout+jwt" } })],
  ["a type that is no text", hs(good, { header: { typ: 1 } })],
  ["a header that is no JSON", hs(good, { header: "{" })],
  ["a header that is a list", hs(good, { header: '["HS256"]' })],
  ["a header with two algorithms", hs(good, { header: '{"alg":"none","typ":"JWT","alg":"HS256"}' })],
  ["two users", hs(`{"sub":"1","sub":"42","exp":${good.exp},"aud":"hub","iss":"shop"}`)],
  ["two users, one in escapes", hs(`{"\\u0073ub":"1","sub":"42","exp":${good.exp},"aud":"hub","iss":"shop"}`)],
  ["claims that are no JSON", hs("{")],
  ["claims that are a list", hs("[]")],
  ["claims that are null", hs("null")],
  ["padding behind the signature", `${hs()}=`],
  ["base64 letters that are not URL-safe", withSignature(signatureOf.replaceAll(/[-_\w]$/g, "+"))],
  ["whitespace inside the signature", withSignature(`${signatureOf.slice(0, 5)} ${signatureOf.slice(5)}`)],
  ["spare bits of the signature flipped", flipped(hs())],
  ["the last letter of the claims cut", `${headOf}.${claimsOf.slice(0, -1)}.${signatureOf}`],
  ["nbf in the future", hs({ ...good, nbf: nowSeconds + 600 })],
  ["nbf that is no number", hs({ ...good, nbf: "soon" })],
  ["exp that is no number", hs({ ...good, exp: "never" })],
  ["sub that is null, as a user who is not logged in leaves it", hs({ ...good, sub: null })],
  ["exp that is null", hs({ ...good, exp: null })],
  ["no exp, where it is asked for", hs({ ...good, exp: undefined })],
  ["another audience", hs({ ...good, aud: "other" })],
  ["no audience", hs({ ...good, aud: undefined })],
  ["an audience that begins like ours", hs({ ...good, aud: "hub.evil" })],
  ["another issuer", hs({ ...good, iss: "evil" })],
  ["no issuer", hs({ ...good, iss: undefined })],
  ["a user that is a number", hs({ ...good, sub: 42 })],
  ["a user that is a list", hs({ ...good, sub: ["42"] })],
  ["a user of 1 000 letters", hs({ ...good, sub: "u".repeat(1_000) })],
  ["a user of 241 bytes in 121 letters", hs({ ...good, sub: `${"ü".repeat(120)}u` })],
  ["a user that is not Unicode", hs(`{"sub":"\\ud800","exp":${good.exp},"aud":"hub","iss":"shop"}`)],
  ["a jti that is no text", hs({ ...good, jti: 1 })],
  ["an expire_at that is no time", hs({ ...good, expire_at: "later" })],
  ["info that is not base64 of JSON", hs({ ...good, b64info: "%%%" })],
  ["channels that are no names", hs({ ...good, channels: [1] })],
  ["subs that are no object", hs({ ...good, subs: "all" })],
  ["more than 8 KiB", hs({ ...good, info: "x".repeat(8_192) })],
  ["a megabyte of dots", ".".repeat(1_048_576)],
];

describe(`bad tokens, ${refused.length} of them`, () => {
  const tokens = verifier({ audience: "hub", issuer: "shop", require_exp: true });

  test("the good one they are made from is good", async () => {
    expect((await tokens.connection(hs())).kind).toBe("valid");
    expect((await tokens.connection(signed("RS256", rsa.privateKey))).kind).toBe("valid");
    expect((await tokens.connection(signed("ES256", ec.ES256.privateKey))).kind).toBe("valid");
  });

  test.each(refused)("%s is refused", async (_, token) => {
    expect((await tokens.connection(token)).kind).toBe("invalid");
    expect((await tokens.subscription(token, use)).kind).toBe("invalid");
  });

  test("nothing at all is accepted when no key is configured", async () => {
    const { client } = checkSettings({});
    const closed = createTokenVerifier({ client, revocations: nobodyIsRevoked, logger: { warn: () => undefined } });
    for (const token of [hs(), hs(good, { key: "" }), signed("RS256", rsa.privateKey)]) {
      expect((await closed.connection(token)).kind).toBe("invalid");
    }
  });

  test("a revoked token is as bad as a forged one", async () => {
    const { client } = checkSettings({ client: { token: { hmac_secret_key: secret } } });
    const revocations = { ...nobodyIsRevoked, isRevoked: (bearer: Bearer) => bearer.tokenId === "t1" };
    const revoking = createTokenVerifier({ client, revocations, logger: { warn: () => undefined } });
    expect((await revoking.connection(hs({ ...good, jti: "t1" }))).kind).toBe("invalid");
    expect((await revoking.connection(hs({ ...good, jti: "t2" }))).kind).toBe("valid");
    const channel = "news";
    expect((await revoking.subscription(hs({ ...good, channel, jti: "t1" }), use)).kind).toBe("invalid");
    expect((await revoking.subscription(hs({ ...good, channel, jti: "t2" }), use)).kind).toBe("valid");
  });

  test("a good token of a blocked user is told apart from a bad one", async () => {
    const { client } = checkSettings({ client: { token: { hmac_secret_key: secret } } });
    const revocations = { isRevoked: () => true, isBlocked: (user: string) => user === good.sub };
    const blocking = createTokenVerifier({ client, revocations, logger: { warn: () => undefined } });
    const channel = "news";
    expect(await blocking.connection(hs())).toEqual({ kind: "blocked" });
    expect(await blocking.subscription(hs({ ...good, channel }), use)).toEqual({ kind: "blocked" });
    expect(blocking.believe(good.sub)).toEqual({ kind: "blocked" });
    expect((await blocking.connection(hs(good, { key: "" }))).kind).toBe("invalid");
  });
});
