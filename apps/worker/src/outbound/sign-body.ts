import { createHmac } from "node:crypto";

/**
 * Proves to whoever receives a body that it comes from this hub and is not old: HMAC-SHA-256 over `<timestamp>.<body>`, as
 * in Stripe's and GitHub's webhooks. Receivers compute the same, compare in constant time, and refuse a timestamp that is more
 * than five minutes away.
 */
export function signBody(body: string, secret: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return { "x-switchyard-timestamp": timestamp, "x-switchyard-signature": `v1=${signature}` };
}
