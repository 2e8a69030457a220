/** PHP's decoder stops here by default, so deeper data would be lost on its way anyway. */
export const nestingMax = 512;

/**
 * Whether JSON text opens more arrays and objects inside each other than `limit`. Looks at the text, because what walks a
 * value (an encoder with a replacer, a validator) may already run out of stack on one that parsed.
 */
export function isNestedDeeperThan(limit: number, text: string): boolean {
  // Each level takes a character to open and one to close.
  if (text.length <= 2 * limit) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case quote:
        index = endOfString(text, index);
        break;
      case bracket:
      case brace:
        depth += 1;
        if (depth > limit) return true;
        break;
      case closingBracket:
      case closingBrace:
        depth -= 1;
        break;
      default:
    }
  }
  return false;
}

const [quote, backslash, bracket, closingBracket, brace, closingBrace] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d] as const;

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
