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

/** What most secrets are shorter than; see {@link createSecretCheck}. */
const usualBytes = 256;

/**
 * The same for a secret that every request is compared with: four digests are a tenth of what a publication over HTTP costs. Both
 * are laid into as many zeroes, with their lengths in front, so the time depends on what was given alone.
 */
export function createSecretCheck(secret: string): (given: string) => boolean {
  const size = Math.max(usualBytes, Buffer.byteLength(secret)) + lengthBytes;
  const [own, other] = [Buffer.alloc(size), Buffer.alloc(size)];
  const isEmpty = secret === "";
  layInto(own, secret);
  return (given) => {
    other.fill(0);
    layInto(other, given);
    return timingSafeEqual(own, other) && !isEmpty;
  };
}

const lengthBytes = 4;

/** What is too long is cut; its length is not. */
function layInto(bytes: Buffer, text: string): void {
  bytes.writeUInt32LE(Buffer.byteLength(text), 0);
  bytes.write(text, lengthBytes);
}
