import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Compares in a time that does not depend on where the two differ. Hashing first makes the lengths equal, which
 * `timingSafeEqual` demands, and hides the length of the secret. An empty secret matches nothing.
 */
export function secretsMatch(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret)) && secret !== "";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
