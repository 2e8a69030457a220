/** What somebody has typed to find things, taken apart: `handler:mail group:"a b" since:1h`. */
export interface SearchFields<Field extends string> {
  readonly found: Readonly<Partial<Record<Field, string>>>;
  /** Words without a field. */
  readonly plain: readonly string[];
  /** Parts that mean nothing. */
  readonly unknown: readonly string[];
}

export interface SearchForm<Field extends string> {
  readonly fields: readonly Field[];
  /** Whether a field can have a value. */
  readonly isFit: (field: Field, value: string) => boolean;
  /** Whether a word without a field can be one. */
  readonly isPlain: (word: string) => boolean;
}

/** A value with spaces stands in quotation marks, and a mark within them behind a `\`. Of a field that is there twice the last counts. */
export function readSearchFields<Field extends string>(text: string, form: SearchForm<Field>): SearchFields<Field> {
  const found: Partial<Record<Field, string>> = {};
  const [plain, unknown]: [string[], string[]] = [[], []];
  for (const [part, name, inMarks, unmarked] of text.matchAll(/(?:(\w+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const value = inMarks?.replaceAll(/\\(["\\])/g, "$1") ?? unmarked ?? "";
    const field = form.fields.find((one) => one === name?.toLowerCase());
    // A quotation mark that is not closed: what follows its first word would be lost.
    if (unmarked?.startsWith('"')) unknown.push(part);
    else if (name === undefined && value !== "" && form.isPlain(value)) plain.push(value);
    else if (field !== undefined && form.isFit(field, value)) found[field] = value;
    else unknown.push(part);
  }
  return { found, plain, unknown };
}

/** Fields as {@link readSearchFields} reads them; the names in the order of `names`. */
export function writeSearchFields<Field extends string>(
  names: readonly Field[],
  found: Readonly<Partial<Record<Field, string | undefined>>>,
): string {
  return names.flatMap((name) => (found[name] === undefined ? [] : `${name}:${quoted(found[name])}`)).join(" ");
}

/** A value as a search takes it: where it needs quotation marks, its own and its `\` have a `\` in front. */
export function quoted(value: string): string {
  if (value !== "" && !/^"|\s/.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function spanOf(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * unitsMs[unit as keyof typeof unitsMs];
}

/** `1h`, which is an hour ago, or a time. */
export function isMoment(text: string): boolean {
  return spanOf(text) !== undefined || !Number.isNaN(Date.parse(text));
}

/** The same in milliseconds since 1970, as the api takes it. */
export function momentOf(text: string, nowMs: number): string {
  const span = spanOf(text);
  return String(span === undefined ? Date.parse(text) : nowMs - span);
}
