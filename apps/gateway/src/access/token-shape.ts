import { findDuplicateKey } from "./duplicate-keys.ts";

/** What a token says about itself before anything of it is believed. */
export interface TokenHeader {
  readonly alg: string;
  /** Names one of the issuer's keys; never a path, a query or a URL to us. */
  readonly kid?: string;
}

/** Longer ones are refused before any of it is decoded: decoding is the work an attacker would have us do. */
const tokenMaxBytes = 8_192;

/** With `at+jwt` an identity provider marks access tokens (RFC 9068); other types are meant for somebody else. */
const types = ["JWT", "AT+JWT", "APPLICATION/AT+JWT"];

/**
 * Checks the form of a compact JWS (RFC 7515 section 7.1) more strictly than decoders do: what two readers could read in two
 * ways is refused. Key material and URLs a header may carry (`jwk`, `jku`, `x5u`, `x5c`) are not looked at here or anywhere.
 * @returns its header, or the reason to refuse it
 */
export function checkTokenShape(token: string): TokenHeader | string {
  if (token.length > tokenMaxBytes) return `longer than ${tokenMaxBytes} bytes`;
  const parts = token.split(".");
  const [head = "", claims = "", signature = ""] = parts;
  if (parts.length !== 3 || signature === "") return "not three parts";
  if (!parts.every(isCanonicalBase64Url)) return "not canonical base64url";
  const header = decodeObject(head);
  if (typeof header === "string") return `the header ${header}`;
  const payload = decodeObject(claims);
  if (typeof payload === "string") return `the payload ${payload}`;
  return checkHeader(header);
}

/** One text per value: no padding, no foreign letters, no spare bits that could be flipped without changing the value. */
function isCanonicalBase64Url(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part;
}

function decodeObject(part: string): Record<string, unknown> | string {
  const json = Buffer.from(part, "base64url").toString();
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return "is not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is not an object";
  const twice = findDuplicateKey(json);
  return twice === undefined ? (value as Record<string, unknown>) : `names \`${twice}\` twice`;
}

function checkHeader({ alg, kid, typ }: Record<string, unknown>): TokenHeader | string {
  if (typeof alg !== "string") return "`alg` is missing";
  if (typ !== undefined && !(typeof typ === "string" && types.includes(typ.toUpperCase()))) return "`typ` is not JWT";
  if (kid === undefined) return { alg };
  // Printable ASCII of a sane length, so that whatever logs it or looks it up cannot be surprised by it.
  if (typeof kid !== "string" || !/^[\x20-\x7e]{1,255}$/.test(kid)) return "`kid` is not a plain name";
  return { alg, kid };
}
