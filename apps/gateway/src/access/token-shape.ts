import { isExactNumber } from "@switchyard/protocol/exact-json";
import { readJson, type ReadJson } from "@switchyard/protocol/read-json";
import { findDuplicateKey } from "./duplicate-keys.ts";

/** What a token says about itself before anything of it is believed. */
export interface TokenHeader {
  readonly alg: string;
  /** Names one of the issuer's keys; never a path, a query or a URL to us. */
  readonly kid?: string;
}

/** A token whose form is good. Nothing of it is verified yet. */
export interface TokenShape {
  readonly header: TokenHeader;
  /** The claims with numbers as they were spelled, for what other clients are shown. */
  readonly exactClaims: Readonly<Record<string, unknown>>;
}

/** Longer ones are refused before any of it is decoded: decoding is the work an attacker would have us do. */
const tokenMaxBytes = 8_192;

/** With `at+jwt` an identity provider marks access tokens (RFC 9068); other types are meant for somebody else. */
const types = ["JWT", "AT+JWT", "APPLICATION/AT+JWT"];

/**
 * Checks the form of a compact JWS (RFC 7515 section 7.1) more strictly than decoders do: what two readers could read in two
 * ways is refused. Key material and URLs a header may carry (`jwk`, `jku`, `x5u`, `x5c`) are not looked at here or anywhere.
 * @returns what it holds, or the reason to refuse it
 */
export function checkTokenShape(token: string): TokenShape | string {
  if (token.length > tokenMaxBytes) return `longer than ${tokenMaxBytes} bytes`;
  const parts = token.split(".");
  const [head = "", claims = "", signature = ""] = parts;
  if (parts.length !== 3 || signature === "") return "not three parts";
  if (!parts.every(isCanonicalBase64Url)) return "not canonical base64url";
  const header = decodeObject(head);
  if (typeof header === "string") return `the header ${header}`;
  const payload = decodeObject(claims);
  if (typeof payload === "string") return `the payload ${payload}`;
  const checked = checkHeader(header);
  return typeof checked === "string" ? checked : { header: checked, exactClaims: payload };
}

/** One text per value: no padding, no foreign letters, no spare bits that could be flipped without changing the value. */
function isCanonicalBase64Url(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part;
}

function decodeObject(part: string): Record<string, unknown> | string {
  const json = Buffer.from(part, "base64url").toString();
  const read = readOrUndefined(json);
  if (read === undefined) return "is not JSON";
  if ("problem" in read) return read.problem;
  const { exact } = read;
  if (typeof exact !== "object" || exact === null || Array.isArray(exact) || isExactNumber(exact))
    return "is not an object";
  const twice = findDuplicateKey(json);
  return twice === undefined ? (exact as Record<string, unknown>) : `names \`${twice}\` twice`;
}

function readOrUndefined(json: string): ReadJson | undefined {
  try {
    return readJson(json);
  } catch {
    return undefined;
  }
}

function checkHeader({ alg, kid, typ }: Record<string, unknown>): TokenHeader | string {
  if (typeof alg !== "string") return "`alg` is missing";
  if (typ !== undefined && !(typeof typ === "string" && types.includes(typ.toUpperCase()))) return "`typ` is not JWT";
  if (kid === undefined) return { alg };
  // Printable ASCII of a sane length, so that whatever logs it or looks it up cannot be surprised by it.
  if (typeof kid !== "string" || !/^[\x20-\x7e]{1,255}$/.test(kid)) return "`kid` is not a plain name";
  return { alg, kid };
}
