import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Program } from "./program.ts";

/** Where packages put servers although a user's PATH often lacks the directory. */
const serverDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin"];

/** The absolute path of the first of the program's commands that exists and may be run. */
export function findProgram(program: Program, searchPath: string): string | undefined {
  const directories = [...searchPath.split(delimiter).filter((directory) => directory !== ""), ...serverDirectories];
  for (const command of program.commands) {
    const found = directories.map((directory) => join(directory, command)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
