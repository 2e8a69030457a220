import type { SettingSchema } from "./environment.ts";

export interface ShortSecret {
  /** As `http_api.keys[1].key`. */
  readonly field: string;
  readonly characters: number;
  readonly charactersMin: number;
}

/** The secrets that are shorter than what cannot be guessed. Looks before it touches: the value may not be checked yet. */
export function findShortSecrets(schema: SettingSchema, value: unknown, field = ""): ShortSecret[] {
  const { charactersMin, properties = {}, items } = schema;
  if (charactersMin !== undefined && typeof value === "string") {
    // HTTP takes blanks around a header's value away.
    const { length: characters } = value.trim();
    return value !== "" && characters < charactersMin ? [{ field, characters, charactersMin }] : [];
  }
  if (items !== undefined && Array.isArray(value)) {
    return value.flatMap((item, index) => findShortSecrets(items, item, `${field}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(properties).flatMap(([key, child]) =>
    findShortSecrets(child, (value as Record<string, unknown>)[key], field === "" ? key : `${field}.${key}`),
  );
}
