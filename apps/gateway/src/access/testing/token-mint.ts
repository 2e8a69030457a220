import { createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createTokenVerifier, type TokenVerifier } from "../token-verifier.ts";

/** Tokens made by hand, good and bad, and a verifier that has the keys of the good ones. */
export const secret = "the-secret-of-this-test-is-32-characters-long";
export const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
export const curves = { ES256: "P-256", ES384: "P-384", ES512: "P-521" } as const;
export const ec = Object.fromEntries(
  Object.entries(curves).map(([alg, namedCurve]) => [alg, generateKeyPairSync("ec", { namedCurve })]),
) as unknown as Record<keyof typeof curves, { publicKey: KeyObject; privateKey: KeyObject }>;
export const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }) as string;
export const nowSeconds = Math.floor(Date.now() / 1_000);
export const good = { sub: "42", exp: nowSeconds + 600, aud: "hub", iss: "shop" };

/** What subscription tokens of these tests are used for. */
export const use = { channel: "news", user: "42", client: "c1" };

/** For tests that are about something else. */
export const nobodyIsRevoked = { isRevoked: () => false, isBlocked: () => false };

export function verifier(token: Record<string, unknown> = {}, others: Record<string, unknown> = {}): TokenVerifier {
  const own = {
    hmac_secret_key: secret,
    rsa_public_key: pem(rsa.publicKey),
    ecdsa_public_key: pem(ec.ES256.publicKey),
  };
  const { client } = checkSettings({ client: { token: { ...own, ...token }, ...others } });
  return createTokenVerifier({ client, revocations: nobodyIsRevoked, logger: { warn: () => undefined } });
}

export const encode = (part: unknown) =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

export function hs(claims: unknown = good, { header = {}, key = secret, bits = 256 }: Mint = {}): string {
  const signed = `${encode(typeof header === "string" ? header : { alg: `HS${bits}`, typ: "JWT", ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac(`sha${bits}`, key).update(signed).digest("base64url")}`;
}

interface Mint {
  header?: object | string;
  key?: string;
  bits?: number;
}

export function signed(alg: string, key: KeyObject, claims: unknown = good, header: object = {}): string {
  const text = `${encode({ alg, typ: "JWT", ...header })}.${encode(claims)}`;
  const dsaEncoding = "ieee-p1363";
  return `${text}.${sign(`sha${alg.slice(2)}`, Buffer.from(text), { key, dsaEncoding }).toString("base64url")}`;
}
