/** What a result says of when its token runs out: seconds left, at least 1; nothing when it does not. */
export function expiryFields(expiresAtMs: number | undefined): { readonly expires?: true; readonly ttl?: number } {
  if (expiresAtMs === undefined) return {};
  return { expires: true, ttl: Math.max(1, Math.ceil((expiresAtMs - Date.now()) / 1_000)) };
}
