import { HubError } from "@switchyard/protocol/hub-error";
import Type from "typebox";

/** Years beyond this no clock can name. */
export const ExpireAt = Type.Integer({
  minimum: 0,
  maximum: 8_640_000_000_000,
  description: "Unix time in seconds; 0 is never.",
});

/**
 * Undefined: it does not expire.
 * @throws HubError 107 for a time that has passed
 */
export function readExpireAt(expireAt: number | undefined): number | undefined {
  if (expireAt === undefined || expireAt === 0) return undefined;
  const expiresAtMs = expireAt * 1_000;
  if (expiresAtMs > Date.now()) return expiresAtMs;
  throw new HubError("badRequest", "expire_at: has passed; it is a Unix time in seconds");
}
