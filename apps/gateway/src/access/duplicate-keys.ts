/**
 * The first key a JSON object names twice at its top level; undefined when each is named once. `JSON.parse` keeps the last of
 * them, other parsers the first, so a token with two `sub` could mean one user to whoever checked it before us and
 * another to us (RFC 7519 section 4).
 *
 * @param json text that `JSON.parse` has accepted
 */
export function findDuplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  // A string, with the colon that makes it a key, or a bracket; nothing else changes what is a key at the top.
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && colon !== undefined && text !== undefined) {
      // Decoded, so that "\u0073ub" is `sub`.
      const key = JSON.parse(text) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
