import { createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { describe, expect, test } from "vitest";
import { createTokenVerifier, type TokenVerifier } from "./token-verifier.ts";

const secret = "the-secret-of-this-test-is-32-characters-long";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const curves = { ES256: "P-256", ES384: "P-384", ES512: "P-521" } as const;
const ec = Object.fromEntries(
  Object.entries(curves).map(([alg, namedCurve]) => [alg, generateKeyPairSync("ec", { namedCurve })]),
) as unknown as Record<keyof typeof curves, { publicKey: KeyObject; privateKey: KeyObject }>;
const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }) as string;
const nowSeconds = Math.floor(Date.now() / 1_000);
const good = { sub: "42", exp: nowSeconds + 600, aud: "hub", iss: "shop" };

function verifier(token: Record<string, unknown> = {}, others: Record<string, unknown> = {}): TokenVerifier {
  const own = {
    hmac_secret_key: secret,
    rsa_public_key: pem(rsa.publicKey),
    ecdsa_public_key: pem(ec.ES256.publicKey),
  };
  const { client } = checkSettings({ client: { token: { ...own, ...token }, ...others } });
  return createTokenVerifier({ client, isRevoked: () => false, logger: { warn: () => undefined } });
}

const encode = (part: unknown) =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

function hs(claims: unknown = good, { header = {}, key = secret, bits = 256 }: Mint = {}): string {
  const signed = `${encode(typeof header === "string" ? header : { alg: `HS${bits}`, typ: "JWT", ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac(`sha${bits}`, key).update(signed).digest("base64url")}`;
}

interface Mint {
  header?: object | string;
  key?: string;
  bits?: number;
}

function signed(alg: string, key: KeyObject, claims: unknown = good, header: object = {}): string {
  const text = `${encode({ alg, typ: "JWT", ...header })}.${encode(claims)}`;
  const dsaEncoding = "ieee-p1363";
  return `${text}.${sign(`sha${alg.slice(2)}`, Buffer.from(text), { key, dsaEncoding }).toString("base64url")}`;
}

describe("good tokens", () => {
  test.each([256, 384, 512])("HS%d is accepted", async (bits) => {
    expect(await verifier().connection(hs(good, { bits }))).toMatchObject({ kind: "valid", claims: { user: "42" } });
  });

  test.each(["RS256", "RS384", "RS512"])("%s is accepted", async (alg) => {
    expect((await verifier().connection(signed(alg, rsa.privateKey))).kind).toBe("valid");
  });

  test.each(Object.keys(curves) as (keyof typeof curves)[])("%s is accepted with a key on its curve", async (alg) => {
    const tokens = verifier({ ecdsa_public_key: pem(ec[alg].publicKey) });
    expect((await tokens.connection(signed(alg, ec[alg].privateKey))).kind).toBe("valid");
  });

  test("a key can be in a file", async () => {
    const directory = mkdtempSync(join(tmpdir(), "switchyard-key-"));
    writeFileSync(join(directory, "rsa.pem"), pem(rsa.publicKey));
    const tokens = verifier({ rsa_public_key: join(directory, "rsa.pem") });
    rmSync(directory, { recursive: true });
    expect((await tokens.connection(signed("RS256", rsa.privateKey))).kind).toBe("valid");
  });

  test("without typ, as PHP makes them by hand, and with the type of an identity provider", async () => {
    expect((await verifier().connection(hs(good, { header: { typ: undefined } }))).kind).toBe("valid");
    expect((await verifier().connection(hs(good, { header: { typ: "at+jwt" } }))).kind).toBe("valid");
  });

  test("without exp they do not expire, unless exp is asked for", async () => {
    const token = hs({ sub: "42" });
    expect(await verifier().connection(token)).toMatchObject({ kind: "valid", claims: { expiresAtMs: undefined } });
    expect((await verifier({ require_exp: true }).connection(token)).kind).toBe("invalid");
  });

  test("the claims a back end can make are read", async () => {
    const info = { name: "Ann" };
    const token = hs({
      ...good,
      iat: nowSeconds,
      jti: "t1",
      b64info: Buffer.from(JSON.stringify(info)).toString("base64"),
      meta: { tenant: 7 },
      expire_at: nowSeconds + 60,
      channels: ["news"],
      subs: { "chat:1": { info, data: { hello: 1 }, override: { force_recovery: { value: true } } } },
    });
    expect(await verifier().connection(token)).toMatchObject({
      kind: "valid",
      claims: {
        user: "42",
        info,
        tokenId: "t1",
        issuedAtMs: nowSeconds * 1_000,
        expiresAtMs: (nowSeconds + 60) * 1_000,
        meta: { tenant: 7 },
        subscriptions: new Map([
          ["news", {}],
          ["chat:1", { info, data: { hello: 1 }, override: { force_recovery: true } }],
        ]),
      },
    });
  });

  test("an expire_at of 0 lets the connection outlive its token", async () => {
    const verdict = await verifier().connection(hs({ ...good, expire_at: 0 }));
    expect(verdict).toMatchObject({ kind: "valid", claims: { expiresAtMs: undefined } });
  });

  test("another claim can name the user", async () => {
    const verdict = await verifier({ user_id_claim: "uid" }).connection(hs({ ...good, uid: "7" }));
    expect(verdict).toMatchObject({ kind: "valid", claims: { user: "7" } });
  });

  test("audience and issuer can be patterns", async () => {
    const tokens = verifier({ audience_regex: "^h[u]b$", issuer_regex: "^sh" });
    expect((await tokens.connection(hs({ ...good, aud: ["x", "hub"] }))).kind).toBe("valid");
    expect((await tokens.connection(hs({ ...good, aud: "hubs" }))).kind).toBe("invalid");
    expect((await tokens.connection(hs({ ...good, iss: undefined }))).kind).toBe("invalid");
  });

  test("an expired one is told apart from a bad one, and seconds of clock difference are forgiven", async () => {
    expect((await verifier().connection(hs({ ...good, exp: nowSeconds - 30 }))).kind).toBe("expired");
    expect((await verifier().connection(hs({ ...good, exp: nowSeconds - 2 }))).kind).toBe("valid");
  });
});

describe("rotation", () => {
  const previous = "the-secret-before-it-is-32-characters-long-too";

  test("both secrets are good until the old one's time is over", async () => {
    const during = verifier({
      hmac_previous_secret_key: previous,
      hmac_previous_secret_key_valid_until: nowSeconds + 60,
    });
    const after = verifier({
      hmac_previous_secret_key: previous,
      hmac_previous_secret_key_valid_until: nowSeconds - 1,
    });
    expect((await during.connection(hs(good, { key: previous }))).kind).toBe("valid");
    expect((await during.connection(hs())).kind).toBe("valid");
    expect((await after.connection(hs(good, { key: previous }))).kind).toBe("invalid");
    expect((await after.connection(hs())).kind).toBe("valid");
  });

  test("subscription tokens can have keys of their own, and then no others", async () => {
    const other = "subscription-secret-of-32-characters-or-more";
    const tokens = verifier({}, { subscription_token: { enabled: true, hmac_secret_key: other } });
    const claims = { ...good, channel: "news" };
    expect((await tokens.subscription(hs(claims, { key: other }))).kind).toBe("valid");
    expect((await tokens.subscription(hs(claims))).kind).toBe("invalid");
    expect((await tokens.connection(hs(claims, { key: other }))).kind).toBe("invalid");
  });
});

describe("keys that cannot be used are found at the start", () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1_024 });
  test.each([
    ["a path with nothing there", { rsa_public_key: "/nowhere/key.pem" }, "client.token.rsa_public_key"],
    ["RSA below 2048 bits", { rsa_public_key: pem(weak.publicKey) }, "1024 bits"],
    ["an EC key for RSA", { rsa_public_key: pem(ec.ES256.publicKey) }, "kind ec"],
    ["an RSA key for EC", { ecdsa_public_key: pem(rsa.publicKey) }, "kind rsa"],
    [
      "a private key",
      { rsa_public_key: rsa.privateKey.export({ type: "pkcs8", format: "pem" }) as string },
      "not a PEM public key",
    ],
    [
      "a curve no algorithm has",
      { ecdsa_public_key: pem(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey) },
      "secp256k1",
    ],
    ["a short secret", { hmac_secret_key: "short" }, "32 characters"],
    ["a short previous secret", { hmac_previous_secret_key: "short" }, "hmac_previous_secret_key"],
    ["a pattern that is none", { audience_regex: "(" }, "must be a regular expression"],
  ])("%s", (_, token, message) => {
    expect(() => verifier(token)).toThrow(message);
  });
});

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
    expect((await tokens.subscription(token)).kind).toBe("invalid");
  });

  test("nothing at all is accepted when no key is configured", async () => {
    const { client } = checkSettings({});
    const closed = createTokenVerifier({ client, isRevoked: () => false, logger: { warn: () => undefined } });
    for (const token of [hs(), hs(good, { key: "" }), signed("RS256", rsa.privateKey)]) {
      expect((await closed.connection(token)).kind).toBe("invalid");
    }
  });

  test("a revoked token is as bad as a forged one", async () => {
    const { client } = checkSettings({ client: { token: { hmac_secret_key: secret } } });
    const isRevoked = ({ tokenId }: { tokenId: string }) => tokenId === "t1";
    const revoking = createTokenVerifier({ client, isRevoked, logger: { warn: () => undefined } });
    expect((await revoking.connection(hs({ ...good, jti: "t1" }))).kind).toBe("invalid");
    expect((await revoking.connection(hs({ ...good, jti: "t2" }))).kind).toBe("valid");
  });

  test("a subscription token names its channel", async () => {
    expect((await tokens.subscription(hs())).kind).toBe("invalid");
    const verdict = await tokens.subscription(hs({ ...good, channel: "news" }));
    expect(verdict).toMatchObject({ kind: "valid", claims: { channel: "news", user: "42" } });
  });
});
