import { randomUUID } from "node:crypto";

/**
 * 48 random bits: two lives of a stream do not meet. Twelve hexadecimal digits, never the SDK's sentinel `_`.
 *
 * Every publish brings one along in case it is needed. `randomUUID` draws from a cache of random bytes; `randomBytes` asks the
 * system each time, which was 8 % of a publisher's time (benches, fan-out).
 */
export function newEpoch(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(9, 13);
}
