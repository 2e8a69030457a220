import type { Logger } from "@switchyard/runtime/logger";
import type { Verdict } from "./token-verifier.ts";

/** Different reasons that are told; a stranger can make some up, such as algorithms. */
const maxReasons = 50;
/** Longer ones are cut in the log. */
const maxLength = 200;

export type TokenUse = "connection" | "subscription";

/**
 * Logs each reason the first time a token is refused for it, with what to do: the client hears no more than `invalid token`,
 * which must not help a forger, so the developer of the back end has nowhere else to look. Never anything of the token.
 */
export function createRefusedTokenLog(logger: Pick<Logger, "warn">) {
  const told = new Set<string>();
  return (use: TokenUse, verdict: Verdict<unknown>): void => {
    if (verdict.kind !== "invalid" || told.size >= maxReasons) return;
    const reason = verdict.reason.slice(0, maxLength);
    const key = `${use} ${reason}`;
    if (told.has(key)) return;
    told.add(key);
    logger.warn({ reason }, `refused a ${use} token (told once per reason)${remedy(reason)}`);
  };
}

function remedy(reason: string): string {
  if (/signature|signed/.test(reason)) {
    return ": does the back end sign with the secret of client.token.hmac_secret_key? An environment variable may be missing";
  }
  if (reason.endsWith("is not text")) return ': write the claim as text, "42" and not 42';
  if (reason === "revoked") return ": it was issued before a revocation, or has no `iat`; issue a new one with `iat`";
  return "";
}
