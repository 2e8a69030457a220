import { readFileSync } from "node:fs";
import Value from "typebox/value";
import { StartupError } from "../startup-error.ts";
import { ownValue } from "../own-value.ts";
import { crossFieldProblems } from "./cross-field-problems.ts";
import { environmentOverrides, leavesOf, type SettingSchema } from "./environment.ts";
import { describeProblems } from "./problems.ts";
import { Settings } from "./settings.ts";
import { findShortSecrets } from "./short-secrets.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings are from that are not by default, by their paths, `client.channel_limit`. */
export interface SettingOrigins {
  readonly inFile: ReadonlySet<string>;
  /** By which variable of the environment. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface LoadedSettings {
  readonly settings: Settings;
  readonly origins: SettingOrigins;
}

/**
 * Reads the file named by `SWITCHYARD_CONFIG` (none: defaults), lets `SWITCHYARD_*` variables override it, and checks the
 * whole at once.
 * @throws StartupError listing every problem, one a line, each naming its field and bound.
 */
export function readSettings(environment: Environment): LoadedSettings {
  const path = environment["SWITCHYARD_CONFIG"];
  const file = path === undefined || path === "" ? {} : readFile(path);
  return judgeSettings(file, environment);
}

/** {@link readSettings} for who need not know where they are from. */
export function loadSettings(environment: Environment): Settings {
  return readSettings(environment).settings;
}

/** The check alone, for settings that do not come from a file. */
export function checkSettings(file: object, environment: Environment = {}): Settings {
  return judgeSettings(file, environment).settings;
}

/** The same, and where they are from. */
export function judgeSettings(file: object, environment: Environment = {}): LoadedSettings {
  const overrides = environmentOverrides(Settings, environment);
  const settings = withDefaults(mergeInto(structuredClone(file), overrides.values));
  const problems = [...overrides.problems, ...problemsOf(settings)];
  if (problems.length > 0) {
    throw new StartupError(
      "config",
      ["the settings cannot be used:", ...problems.map((line) => `  - ${line}`)].join("\n"),
    );
  }
  const inFile = leavesOf(Settings).flatMap(({ path }) => (isThere(file, path) ? [path.join(".")] : []));
  return {
    settings: deepFreeze(settings as Settings),
    origins: { inFile: new Set(inFile), variables: overrides.variables },
  };
}

function isThere(tree: unknown, [head = "", ...rest]: readonly string[]): boolean {
  if (typeof tree !== "object" || tree === null || !Object.hasOwn(tree, head)) return false;
  return rest.length === 0 || isThere((tree as Readonly<Record<string, unknown>>)[head], rest);
}

/** Why no process would start with these, each sentence behind the path of its setting; none: it would. */
export function settingsProblems(file: object): string[] {
  return problemsOf(withDefaults(structuredClone(file)));
}

/** Writes into what it is given, which must be nobody else's. */
function withDefaults(settings: object): unknown {
  return Value.Default(Settings, settings);
}

function problemsOf(settings: unknown): string[] {
  return [...describeProblems(Settings, settings), ...crossFieldProblems(settings), ...secretProblems(settings)];
}

/** Messages never repeat a secret, not even a bad one. */
function secretProblems(settings: unknown): string[] {
  if ((settings as { readonly allow_short_secrets?: unknown }).allow_short_secrets === true) return [];
  return findShortSecrets(Settings as SettingSchema, settings).map(
    ({ field, characters, charactersMin }) =>
      `${field}: must have ${charactersMin} characters or more, and has ${characters}: it can be guessed (allow_short_secrets lets it pass for a while)`,
  );
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

function mergeInto(target: object, source: object): object {
  const record = target as Record<string, unknown>;
  for (const [key, value] of Object.entries(source)) {
    const existing = ownValue(record, key);
    const mergeable = [existing, value].every(
      (side) => typeof side === "object" && side !== null && !Array.isArray(side),
    );
    const merged = mergeable ? mergeInto(existing as object, value as object) : value;
    // A handler may be called `__proto__`, and an assignment would be to what every object has.
    Object.defineProperty(record, key, { value: merged, writable: true, enumerable: true, configurable: true });
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
