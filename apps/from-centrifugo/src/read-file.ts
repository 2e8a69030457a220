import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml, parseDocument } from "yaml";
import { isObject } from "./leaves.ts";

/** The file cannot be judged. Its message is for whoever started the command. */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
}

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  ".json": parseJson,
  ".yaml": (text) => parseYaml(text) as unknown,
  ".yml": (text) => parseYaml(text) as unknown,
  ".toml": parseToml,
};

/** @throws UnreadableFileError */
export function readSettingsFile(path: string): Readonly<Record<string, unknown>> {
  const parser = parsers[extname(path).toLowerCase()];
  if (parser === undefined) throw new UnreadableFileError(`${path}: must be named .json, .yaml, .yml or .toml`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UnreadableFileError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  let file: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    file = parser(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // The parsers show the place by a piece of the file, and secrets may stand in it.
    const [reason = ""] = (error as Error).message.split(/\n|, (?:\.\.\.)?"/);
    throw new UnreadableFileError(`${path}: cannot be read: ${reason}`, { cause: error });
  }
  if (isDeeperThan(file, levelsMax))
    throw new UnreadableFileError(`${path}: is nested deeper than ${levelsMax} levels, or contains itself`);
  // An empty YAML file is one without settings.
  if (file === null) return {};
  if (!isObject(file)) throw new UnreadableFileError(`${path}: must have an object at its top`);
  if (isOld(file)) {
    throw new UnreadableFileError(
      `${path}: is a file of Centrifugo 5 or older, whose keys are not in sections; convert it to version 6 first, as its documentation says`,
    );
  }
  return file;
}

/** Settings have six or seven levels. */
const levelsMax = 32;

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

/** Of two keys that are alike JavaScript drops the first without a word. JSON is YAML, whose parser names them. */
function parseJson(text: string): unknown {
  const file: unknown = JSON.parse(text);
  if (isDeeperThan(file, levelsMax)) return file;
  const twice = parseDocument(text).errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (twice !== undefined) throw twice;
  return file;
}

/** Before version 6 everything stood at the top. */
function isOld(file: Readonly<Record<string, unknown>>): boolean {
  const flat = ["token_hmac_secret_key", "api_key", "allowed_origins", "namespaces", "redis_address", "admin_password"];
  return typeof file["engine"] === "string" || flat.some((key) => key in file);
}
