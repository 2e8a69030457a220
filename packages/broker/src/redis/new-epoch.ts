import { randomBytes } from "node:crypto";

/** 48 random bits: two lives of a stream do not meet. Eight characters of base64url, never the SDK's sentinel `_` alone. */
export function newEpoch(): string {
  return randomBytes(6).toString("base64url");
}
