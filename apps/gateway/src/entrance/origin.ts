/**
 * May a page of this origin connect? An entry is one origin exactly, `https://*.example.com` for every host below
 * example.com (not itself, and only with that scheme and port), `http://localhost:*` for every port of that host, or `*`.
 *
 * A request without Origin is not from a browser page and passes: no page can leave it out, and the token is what protects
 * the rest.
 */
export function isOriginAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined) return true;
  return allowed.some(
    (entry) => entry === "*" || entry === origin || matchesWildcard(origin, entry) || matchesAnyPort(origin, entry),
  );
}

function matchesAnyPort(origin: string, entry: string): boolean {
  if (!entry.endsWith(":*")) return false;
  const host = entry.slice(0, -":*".length);
  // Without a port it is the scheme's own.
  return origin.startsWith(host) && /^(?::\d{1,5})?$/.test(origin.slice(host.length));
}

function matchesWildcard(origin: string, entry: string): boolean {
  const [, scheme, domain] = /^([a-z]+:\/\/)\*(\.[a-z0-9.:-]+)$/.exec(entry) ?? [];
  if (scheme === undefined || domain === undefined) return false;
  if (!origin.startsWith(scheme) || !origin.endsWith(domain)) return false;
  const labels = origin.slice(scheme.length, origin.length - domain.length);
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(labels);
}
