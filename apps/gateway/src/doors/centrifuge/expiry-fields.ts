/**
 * What a result says of when its token runs out: whole seconds left, at least 1; nothing when it does not. Rounded down,
 * because the SDK asks for a new token when they have passed, and then the old one should still be good.
 */
export function expiryFields(expiresAtMs: number | undefined): { readonly expires?: true; readonly ttl?: number } {
  if (expiresAtMs === undefined) return {};
  return { expires: true, ttl: Math.max(1, Math.floor((expiresAtMs - Date.now()) / 1_000)) };
}
