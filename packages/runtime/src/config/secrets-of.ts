import { ownValue } from "../own-value.ts";
import { branchFor, isSecret, type SettingSchema } from "./environment.ts";
import { Settings } from "./settings.ts";

/** Every secret that a process was started with, so that what people type can be kept free of them. */
export function secretsOf(settings: Settings): readonly string[] {
  return secretsIn(Settings as object, settings);
}

/** A list or a table may be secret as a whole, and has a schema of its parts all the same; where it has none, all of it is. */
function secretsIn(schema: SettingSchema, value: unknown): readonly string[] {
  if (typeof value === "string") return [isSecret(schema) ? value : passwordIn(value)].filter((text) => text !== "");
  const unknown: SettingSchema = isSecret(schema) ? { secret: true } : {};
  if (Array.isArray(value)) return value.flatMap((item: unknown) => secretsIn(schema.items ?? unknown, item));
  if (typeof value !== "object" || value === null) return [];
  const { properties, patternProperties } = branchFor(schema, value);
  const [general = unknown] = Object.values((patternProperties ?? {}) as Readonly<Record<string, SettingSchema>>);
  return Object.entries(value).flatMap(([key, child]) => secretsIn(ownValue(properties ?? {}, key) ?? general, child));
}

/** `redis://user:password@host`, as it is written there. */
const passwordIn = (text: string): string => URL.parse(text)?.password ?? "";
