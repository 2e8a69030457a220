import { StartupError } from "@switchyard/runtime/startup-error";
import type { Program } from "./program.ts";

/** Its message lists, for each program, where it was looked for and the ways to get it. */
export class MissingProgramsError extends StartupError {
  readonly missing: readonly Program[];

  constructor(missing: readonly Program[]) {
    super("environment", missing.map(describe).join("\n"));
    this.missing = missing;
  }
}

function describe({ name, commands, ways }: Program): string {
  const lines = ways.map((way) => `  ${way}`);
  return [`${name} was not found (looked for ${commands.join(", ")}). Ways to get it:`, ...lines].join("\n");
}
