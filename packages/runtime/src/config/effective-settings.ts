import { createHash } from "node:crypto";
import { ownValue } from "../own-value.ts";
import { branchFor, isSecret, leavesOf, type SettingSchema } from "./environment.ts";
import type { LoadedSettings } from "./load-settings.ts";
import { redactSetting } from "./redact-setting.ts";
import { Settings } from "./settings.ts";

/** What a process was started with, fit to leave it: no secret is in it, nor anything by which one could be guessed. */
export interface EffectiveSettings {
  /** The same for processes with the same settings, as far as they can be told; of what each has for itself, such as its port, nothing is in it. */
  readonly hash: string;
  /** What is not by default, in the order of the schema. */
  readonly set: readonly EffectiveSetting[];
}

export interface EffectiveSetting {
  /** `client.channel_limit` */
  readonly key: string;
  readonly from: "file" | "environment";
  /** Of the environment, by its name. */
  readonly variable?: string;
  /** Absent of a secret, and of a value that {@link isCut}. */
  readonly value?: unknown;
  /** Of a secret: whether there is one. */
  readonly isSet?: boolean;
  /** Of a list that is secret: how many entries it has. */
  readonly entries?: number;
  /** It is larger than {@link valueMaxBytes}. */
  readonly isCut?: true;
}

/** As it is kept where others read it. */
export function keptSettings({ hash, set }: EffectiveSettings): { readonly hash: string; readonly json: string } {
  return { hash, json: JSON.stringify(set) };
}

/** Of one value as JSON. With some 300 settings that bounds the whole. */
export const valueMaxBytes = 4_096;

export function describeSettings({ settings, origins }: LoadedSettings): EffectiveSettings {
  const leaves = leavesOf(Settings).map((leaf) => ({ ...leaf, value: valueAt(settings, leaf.path) }));
  const digest = createHash("sha256");
  for (const { path, schema, value } of leaves)
    if (schema.ownOfProcess !== true) digest.update(JSON.stringify([path.join("."), comparable(schema, value)]));
  const set = leaves.flatMap(({ path, schema, value }): EffectiveSetting[] => {
    const key = path.join(".");
    const variable = origins.variables.get(key);
    if (variable !== undefined) return [{ key, from: "environment", variable, ...publicly(schema, value) }];
    return origins.inFile.has(key) ? [{ key, from: "file", ...publicly(schema, value) }] : [];
  });
  return { hash: digest.digest("base64url").slice(0, 12), set };
}

function publicly(schema: SettingSchema, value: unknown): Omit<EffectiveSetting, "key" | "from"> {
  if (isSecret(schema)) {
    const isList = typeof value === "object" && value !== null;
    const entries = isList ? Object.keys(value).length : undefined;
    return { isSet: isList ? entries !== 0 : value !== "", ...(entries !== undefined && { entries }) };
  }
  const shown = redactSetting(schema, value);
  const isLarge = Buffer.byteLength(JSON.stringify(shown) ?? "") > valueMaxBytes;
  return isLarge ? { isCut: true } : { value: shown };
}

/**
 * What of a value can be compared without giving anything away. A secret takes part as its digest where it is too long to be guessed from one,
 * and else by whether there is one: what is in Redis must not let anybody guess at a password.
 */
function comparable(schema: SettingSchema, value: unknown): unknown {
  const { charactersMin, items } = schema;
  if (charactersMin !== undefined && typeof value === "string") {
    const isLong = value.length >= Math.max(charactersMin, unguessable);
    return isLong ? createHash("sha256").update(value).digest("base64url") : value !== "";
  }
  if (Array.isArray(value) && items !== undefined) return value.map((item) => comparable(items, item));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return isSecret(schema) ? value !== "" : redactSetting(schema, value);
  if (isSecret(schema)) return Object.keys(value).length;
  const { properties, patternProperties } = branchFor(schema, value);
  const general = Object.values((patternProperties ?? {}) as Readonly<Record<string, SettingSchema>>)[0] ?? schema;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, child]) => [key, comparable(ownValue(properties ?? {}, key) ?? general, child)]);
}

/** Characters; `ops.password` may have fewer. */
const unguessable = 16;

function valueAt(settings: object, path: readonly string[]): unknown {
  let value: unknown = settings;
  for (const key of path) value = (value as Readonly<Record<string, unknown>>)[key];
  return value;
}
