import { readFileSync } from "node:fs";
import Value from "typebox/value";
import { StartupError } from "../startup-error.ts";
import { reservedNamespaceNames } from "./channel-section.ts";
import { environmentOverrides } from "./environment.ts";
import { describeProblems } from "./problems.ts";
import { Settings } from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the file named by `SWITCHYARD_CONFIG` (none: defaults), lets `SWITCHYARD_*` variables override it, and checks the
 * whole at once.
 * @throws StartupError listing every problem, one a line, each naming its field and bound.
 */
export function loadSettings(environment: Environment): Settings {
  const path = environment["SWITCHYARD_CONFIG"];
  const file = path === undefined || path === "" ? {} : readFile(path);
  return checkSettings(file, environment);
}

/** The check alone, for settings that do not come from a file. */
export function checkSettings(file: object, environment: Environment = {}): Settings {
  const overrides = environmentOverrides(Settings, environment);
  // `Default` fills a clone: it would otherwise write into the schema's own default objects.
  const settings = Value.Default(Settings, mergeInto(structuredClone(file), overrides.values));
  const problems = [...overrides.problems, ...describeProblems(Settings, settings), ...crossFieldProblems(settings)];
  if (problems.length > 0) {
    throw new StartupError(
      "config",
      ["the settings cannot be used:", ...problems.map((line) => `  - ${line}`)].join("\n"),
    );
  }
  return deepFreeze(settings as Settings);
}

function readFile(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new StartupError("config", `SWITCHYARD_CONFIG names ${path}, which cannot be read`, { cause: error });
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
    throw new SyntaxError("the top level must be an object");
  } catch (error) {
    throw new StartupError("config", `${path} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
}

const secretFields = ["token", "subscription_token"].flatMap((section) =>
  ["hmac_secret_key", "hmac_previous_secret_key"].map((key) => `client.${section}.${key}`),
);

/** Rules between fields, which a schema cannot say. Runs on unchecked input, so it looks before it touches. */
function crossFieldProblems(settings: unknown): string[] {
  const problems: string[] = [];
  for (const field of secretFields) {
    const secret: unknown = Value.Pointer.Get(settings, `/${field.replaceAll(".", "/")}`);
    if (typeof secret === "string" && secret !== "" && secret.length < 32) {
      problems.push(`${field}: must have 32 characters or more (a shorter secret can be guessed)`);
    }
  }
  const namespaces: unknown = Value.Pointer.Get(settings, "/channel/namespaces");
  const seen = new Set<unknown>(reservedNamespaceNames);
  for (const [index, namespace] of (Array.isArray(namespaces) ? namespaces : []).entries()) {
    const name = (namespace as { name?: unknown } | null)?.name;
    if (seen.has(name))
      problems.push(`channel.namespaces[${index}].name: \`${String(name)}\` is taken; choose another name`);
    seen.add(name);
  }
  return [...problems, ...repeatedKeys(settings)];
}

/** Two holders of one key could not be told apart, and the second's scopes would never apply. */
function repeatedKeys(settings: unknown): string[] {
  const keys: unknown = Value.Pointer.Get(settings, "/http_api/keys");
  const seen = { name: new Set<unknown>(), key: new Set([Value.Pointer.Get(settings, "/http_api/key")]) };
  return (Array.isArray(keys) ? keys : []).flatMap((entry: unknown, index) =>
    (["name", "key"] as const).flatMap((field) => {
      const value = (entry as { name?: unknown; key?: unknown } | null)?.[field];
      if (value === undefined) return [];
      const problem = `http_api.keys[${index}].${field}: another key has the same; every ${field} must be its own`;
      const isRepeated = seen[field].has(value);
      seen[field].add(value);
      return isRepeated ? [problem] : [];
    }),
  );
}

function mergeInto(target: object, source: object): object {
  const record = target as Record<string, unknown>;
  for (const [key, value] of Object.entries(source)) {
    const existing = record[key];
    const mergeable = [existing, value].every(
      (side) => typeof side === "object" && side !== null && !Array.isArray(side),
    );
    record[key] = mergeable ? mergeInto(existing as object, value as object) : value;
  }
  return target;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
