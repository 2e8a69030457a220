/** Where everybody begins. */
export const home = "/ops/console";

/**
 * Where somebody wanted to go. Only to pages behind this login: a link to it must not lead elsewhere with the operator's trust. What a
 * browser leaves unencoded in a path and a query may stand there, so that a link with a search in it survives the login.
 */
export function pageBehind(path = ""): string {
  const isBehind =
    /^\/ops\/(?!login|logout|proof)[a-z]+(?:[/?][\w\-./~%?&=+:@!$'()*,;]*)?$/.test(path) && isPlain(path);
  return isBehind ? path : home;
}

/** A browser goes where it says: with `..`, also written as `%2e%2e`, it would go elsewhere, and proxies read `//` in their own ways. */
function isPlain(path: string): boolean {
  const [way = ""] = path.split("?", 1);
  return URL.parse(path, "http://hub")?.pathname === way && !way.includes("//");
}

/** The board of queues is closed to viewers, who would be told so in place of a welcome. */
export function pageFor(role: string, path: string): string {
  return role === "viewer" && path.startsWith("/ops/queues") ? home : path;
}
