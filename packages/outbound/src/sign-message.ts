import { createHash, createHmac } from "node:crypto";

export interface UnsignedMessage {
  readonly id: string;
  readonly body: string;
  /** The newest first; none where the receiver checks no signature. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/**
 * The headers by which a receiver knows that a body comes from this hub, is whole, and is not old: Standard Webhooks, so its
 * libraries verify them. `webhook-signature` has one `v1,<base64 HMAC-SHA-256 over id.timestamp.body>` for each secret, so
 * receivers change theirs one after the other.
 *
 * A secret is `whsec_` and base64 of the key, as Standard Webhooks writes it, or any other text, which is the key itself.
 *
 * `x-switchyard-timestamp` and `-signature` are what was sent before Standard Webhooks; they are kept until 0.3.
 */
export function signMessage({ id, body, secrets, nowMs }: UnsignedMessage): Record<string, string> {
  const messageId = headerSafe(id);
  const timestamp = String(Math.floor(nowMs / 1_000));
  const named = { "webhook-id": messageId, "webhook-timestamp": timestamp };
  const [newest] = secrets;
  if (newest === undefined) return named;
  const signed = `${messageId}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => `v1,${hmac(keyOf(secret), signed).digest("base64")}`);
  return {
    ...named,
    "webhook-signature": signatures.join(" "),
    "x-switchyard-timestamp": timestamp,
    "x-switchyard-signature": `v1=${hmac(newest, `${timestamp}.${body}`).digest("hex")}`,
  };
}

function hmac(key: string | Buffer, text: string) {
  return createHmac("sha256", key).update(text);
}

const keyPrefix = "whsec_";

function keyOf(secret: string): string | Buffer {
  return secret.startsWith(keyPrefix) ? Buffer.from(secret.slice(keyPrefix.length), "base64") : secret;
}

/** Stock producers choose ids as they like; a header takes few characters, and a dot would make two readings of what is signed. */
function headerSafe(id: string): string {
  return /^[-\w]{1,128}$/.test(id) ? id : `h_${createHash("sha256").update(id).digest("base64url")}`;
}
