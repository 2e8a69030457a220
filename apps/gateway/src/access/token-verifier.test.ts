import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { curves, ec, good, hs, nowSeconds, pem, rsa, signed, use, verifier } from "./testing/token-mint.ts";

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

  test("an override whose value is neither true nor false is none", async () => {
    const override = { presence: { value: "yes" }, join_leave: { value: 1 }, force_recovery: { value: null } };
    const verdict = await verifier().connection(hs({ ...good, subs: { "chat:1": { override } } }));
    // An object to match would match one that has more.
    expect(verdict.kind === "valid" && [...verdict.claims.subscriptions]).toEqual([["chat:1", {}]]);
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
    // Counted from now: the tests before this one may have taken the seconds that are forgiven.
    const seconds = Math.floor(Date.now() / 1_000);
    expect((await verifier().connection(hs({ ...good, exp: seconds - 30 }))).kind).toBe("expired");
    expect((await verifier().connection(hs({ ...good, exp: seconds - 2 }))).kind).toBe("valid");
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
    expect((await tokens.subscription(hs(claims, { key: other }), use)).kind).toBe("valid");
    expect((await tokens.subscription(hs(claims), use)).kind).toBe("invalid");
    expect((await tokens.connection(hs(good, { key: other }))).kind).toBe("invalid");
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

test("a token that says it was issued in the future counts as one that does not say when", async () => {
  const verdict = await verifier().connection(hs({ ...good, iat: nowSeconds + 86_400 }));
  expect(verdict).toMatchObject({ kind: "valid", claims: { issuedAtMs: undefined } });
});
