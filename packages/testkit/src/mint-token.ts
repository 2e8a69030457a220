import { createHmac } from "node:crypto";

/**
 * An HS256 JWT for a client, made without our own code or its library: what a PHP back end would send must be accepted.
 * Expires in an hour unless `exp` says otherwise.
 */
export function mintToken(secret: string, claims: Readonly<Record<string, unknown>>): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ exp, ...claims })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
