import { parseArgs } from "node:util";

export interface CommandLine {
  readonly path: string;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  /** Where the settings are written that the file amounts to; undefined: nowhere. */
  readonly write: string | undefined;
}

export const help = `npm run from-centrifugo -- [options] <file>

Reads a configuration file of Centrifugo 6 (.json, .yaml, .yml, .toml) and says of every key what it is here: taken as it
is, taken with a difference, moved to another key, ignored or refused, and why. Nothing is started and nothing is sent.

  --write <file>   write the settings that it amounts to, as JSON; a file that exists is not overwritten
  --json           print the verdicts as JSON instead of lines
  --help           print this

Ends with 0 when all the file asks for can be had, with 1 when something is refused, with 2 when it cannot be read.
Variables (CENTRIFUGO_…) and flags are not looked at. docs/from-centrifugo.md has all keys.
`;

/** The command was called wrongly. Its message is for whoever did. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws UsageError, or what `parseArgs` throws for an option it does not know */
export function readCommandLine(words: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { write: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  const { write, json: isJson = false, help: isHelp = false } = values;
  const [path = ""] = positionals;
  if (!isHelp && positionals.length !== 1) throw new UsageError("name one file, see --help");
  return { path, isJson, isHelp, write };
}
