/**
 * The beginning of a text, of at most `maxLength` UTF-16 units and never with half of a character at its end; half characters
 * that were in it before become U+FFFD. Texts for records, answers and logs are cut here and nowhere else: `slice` leaves half
 * an emoji behind, which strict JSON readers (PHP's, Redis' cjson) refuse together with everything around it.
 */
export function cutText(text: string, maxLength: number): string {
  const end = isHighSurrogate(text.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return text.slice(0, end).toWellFormed();
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
