/** A run of bytes and whether it is UTF-8 (RFC 3629); each group is one kind of sequence. */
export interface Utf8Group {
  readonly says: string;
  readonly isValid: boolean;
  readonly sequences: readonly Buffer[];
}

const hex = (...texts: string[]) => texts.map((text) => Buffer.from(text, "hex"));
const points = (...codes: number[]) => codes.map((code) => Buffer.from(String.fromCodePoint(code)));
const leadBytes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => Buffer.from([from + index, 0x20]));
const concat = (sequences: readonly Buffer[]) => [Buffer.concat(sequences)];

/** The prefixes of a text that end within a character, or the others. */
function prefixes(text: string, endWithin: boolean): Buffer[] {
  const bytes = Buffer.from(text);
  const all = Array.from({ length: bytes.length }, (_, index) => bytes.subarray(0, index + 1));
  const isWhole = (prefix: Buffer) => !prefix.toString().includes("\u{FFFD}");
  return all.filter((prefix) => isWhole(prefix) !== endWithin);
}

const word = "κόσμε";
/** One character of each length there was ever a byte for; five and six are not UTF-8 any more. */
const overlongSlash = ["c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"];
const overlongMax = ["c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"];
const overlongNul = ["c080", "e08080", "f0808080", "f880808080", "fc8080808080"];
const cutOff = ["c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"];
const highSurrogates = ["eda080", "edadbf", "edae80", "edafbf"];
const lowSurrogates = ["edb080", "edbe80", "edbfbf"];
const planes = Array.from({ length: 17 }, (_, plane) => plane * 0x1_0000);

/** By what can be wrong with bytes that claim to be text; the groups 6.5 to 6.23. */
export const utf8Groups: readonly Utf8Group[] = [
  { says: "plain text", isValid: true, sequences: hex("48656c6c6f") },
  { says: "text up to the end of a character", isValid: true, sequences: prefixes(word, false) },
  { says: "text cut within a character", isValid: false, sequences: prefixes(word, true) },
  { says: "the first character of each length", isValid: true, sequences: points(0, 0x80, 0x800, 0x1_0000) },
  { says: "lengths of five and six, first", isValid: false, sequences: hex("f888808080", "fc8480808080") },
  { says: "the last character of each length", isValid: true, sequences: points(0x7f, 0x7ff, 0xffff, 0x10_ffff) },
  { says: "beyond the last, by length", isValid: false, sequences: hex("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf") },
  { says: "around the surrogates", isValid: true, sequences: points(0xd7ff, 0xe000, 0xfffd, 0x10_fffe) },
  { says: "just beyond the last", isValid: false, sequences: hex("f4908080") },
  {
    says: "continuations of nothing",
    isValid: false,
    sequences: hex("80", "bf", "80bf", "80bf80", "80bf80bf", "80bf80bf80bf"),
  },
  { says: "every continuation alone", isValid: false, sequences: leadBytes(0x80, 0xbf) },
  { says: "every first byte alone", isValid: false, sequences: leadBytes(0xc0, 0xfd) },
  { says: "characters cut off", isValid: false, sequences: hex(...cutOff) },
  { says: "many of them in a row", isValid: false, sequences: concat(hex(...cutOff)) },
  { says: "bytes that are never there", isValid: false, sequences: hex("fe", "ff", "fefeffff") },
  { says: "a slash, too long", isValid: false, sequences: hex(...overlongSlash) },
  { says: "the last of a length, too long", isValid: false, sequences: hex(...overlongMax) },
  { says: "NUL, too long", isValid: false, sequences: hex(...overlongNul) },
  { says: "high surrogates", isValid: false, sequences: hex(...highSurrogates) },
  { says: "low surrogates", isValid: false, sequences: hex(...lowSurrogates) },
  {
    says: "pairs of surrogates",
    isValid: false,
    sequences: highSurrogates.flatMap((high) => hex(...lowSurrogates.map((low) => high + low))),
  },
  {
    says: "the last two of every plane, which are nobody's",
    isValid: true,
    sequences: planes.flatMap((plane) => points(plane + 0xfffe, plane + 0xffff)),
  },
  { says: "marks and replacements", isValid: true, sequences: points(0xfeff, 0xfffd, 0x200b, 0xfdd0, 0xe000, 0xf8ff) },
];
