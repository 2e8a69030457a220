const english = new Intl.PluralRules("en");

/**
 * English has two forms of a noun, Chinese one.
 *
 * Apart from the hooks that find the words, since the api tells of needs in them, too, and has no page.
 */
export function plural(count: number, one: string, many: string): string {
  return english.select(count) === "one" ? one : many;
}
