/** True for the channels that are meant. */
export type ChannelPattern = (channel: string) => boolean;

/**
 * A pattern over whole channel names: `*` is any text, `?` one character, and a backslash takes the next one as it is. An empty
 * pattern means every channel.
 *
 * Matched by hand and not by a regular expression, whose time a pattern with many stars can make grow without bound.
 * @throws TypeError saying what is wrong with the pattern
 */
export function parseChannelPattern(pattern: string): ChannelPattern {
  const parts = parse(pattern === "" ? "*" : pattern);
  return (channel) => matches(parts, Array.from(channel));
}

const anyText: unique symbol = Symbol("any text");
const anyCharacter: unique symbol = Symbol("any character");
type Part = string | typeof anyText | typeof anyCharacter;

function parse(pattern: string): Part[] {
  const parts: Part[] = [];
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    if (character === "*") parts.push(anyText);
    else if (character === "?") parts.push(anyCharacter);
    else if (character === "[" || character === "{") {
      throw new TypeError(
        `\`${character}\` has no meaning here, only \`*\` and \`?\` have; write \`\\${character}\` for the character`,
      );
    } else if (character === "\\") {
      const escaped = characters[++index];
      if (escaped === undefined) throw new TypeError("must not end with a backslash");
      parts.push(escaped);
    } else parts.push(character);
  }
  return parts;
}

/** After a mismatch the last star takes one character more: at most pattern times name steps. */
function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const expected = parts[part];
    if (expected === anyText) {
      star = part++;
      starAt = at;
    } else if (expected === anyCharacter || expected === name[at]) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++starAt;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === anyText);
}
