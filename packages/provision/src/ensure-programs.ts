import { installDebianPackages, type InstallOptions } from "./debian-packages.ts";
import { findProgram } from "./find-program.ts";
import { MissingProgramsError } from "./missing-programs-error.ts";
import type { Program } from "./program.ts";

/**
 * The path of each program, by the key it was asked under. What is missing is installed where that is possible without
 * asking (root, Debian's apt-get), because a fresh container must be able to run `npm start` and `npm test` as they are.
 * @throws MissingProgramsError naming those that are missing still; StartupError with the end of what apt-get said.
 */
export async function ensurePrograms<Name extends string>(
  wanted: Readonly<Record<Name, Program>>,
  { environment, say }: InstallOptions,
): Promise<Record<Name, string>> {
  const searchPath = environment["PATH"] ?? "";
  const missing = Object.values<Program>(wanted).filter((program) => findProgram(program, searchPath) === undefined);
  const mayInstall = process.getuid?.() === 0 && findProgram(aptGet, searchPath) !== undefined;
  if (missing.length > 0 && mayInstall) await installDebianPackages(missing, { environment, say });

  const stillMissing = missing.filter((program) => findProgram(program, searchPath) === undefined);
  if (stillMissing.length > 0) throw new MissingProgramsError(stillMissing);
  const found = Object.entries<Program>(wanted).map(([name, program]) => [name, findProgram(program, searchPath)]);
  return Object.fromEntries(found) as Record<Name, string>;
}

const aptGet: Program = { name: "apt-get", commands: ["apt-get"], debianPackage: "apt", ways: [] };
