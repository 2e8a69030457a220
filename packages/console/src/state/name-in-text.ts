/**
 * What is invisible or turns the direction of the text around it: two names that look the same need not be, and a name must not reverse the
 * sentence it stands in. Joiners stay where they belong: between emoji, and in Arabic script.
 */
const unseen =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /(?<!\p{Extended_Pictographic}\uFE0F?)\u200D|(?<!\p{Script=Arabic})\u200C|\u034F|[\0-\x08\x0B-\x1F\x7F-\x9F\xAD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\u{E0000}-\u{E007F}]/gu;

/** Scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Blanks that a page folds: those at the ends, and of several each but the first. */
const folded = /^ +| +$|(?<= ) +/g;

/**
 * A name from outside with what cannot be seen as escapes, such as `\u202E`. For an element of its own, which isolates it. A text of
 * several lines is no name, and its blanks are its layout.
 */
export function visibleName(name: string): string {
  const visible = name.replace(unseen, (one) => `\\u${hex(one)}`);
  return visible.includes("\n")
    ? visible
    : visible.replace(folded, (blanks) => String.raw`\u0020`.repeat(blanks.length));
}

/** The same for a name inside of a sentence: it keeps its own direction to itself. */
export function nameInText(name: string): string {
  const visible = visibleName(name);
  return rightToLeft.test(visible) ? `\u2068${visible}\u2069` : visible;
}

function hex(one: string): string {
  const digits = (one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return digits.length > 4 ? `{${digits}}` : digits;
}
