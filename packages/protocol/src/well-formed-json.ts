/**
 * The text with every half of a surrogate pair, standing as itself or as an escape, replaced by U+FFFD: PHP's `json_decode`,
 * Redis' cjson and many more refuse a whole document for one. For JSON whose sender cannot be told any more; who still can
 * be is refused by `readJson`.
 */
export function wellFormedJson(json: string): string {
  const text = json.toWellFormed();
  if (!/\\u[dD][89a-fA-F]/.test(text)) return text;
  // Whole escapes, one after the other: in `\\ud800` the first backslash escapes the second, and what follows is plain text.
  return text.replaceAll(
    /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u([\da-fA-F]{4})|\\[^u]/g,
    (escape, code: string | undefined) => (/^[dD][89a-fA-F]/.test(code ?? "") ? "\\ufffd" : escape),
  );
}
