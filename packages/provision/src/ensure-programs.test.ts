import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensurePrograms } from "./ensure-programs.ts";
import type { Program } from "./program.ts";

const program = (name: string): Program => ({
  name,
  commands: [`sy-${name}`, `sy-${name}-alternative`],
  debianPackage: name,
  ways: [`Debian: get ${name}`, `macOS: brew ${name}`],
});
const unexpected = (line: string) => expect.fail(line);
// Without apt-get on the path nothing can be installed, whoever runs the test.
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "switchyard-programs-"));
  await writeFile(join(directory, "sy-there-alternative"), "#!/bin/sh\n");
  await chmod(join(directory, "sy-there-alternative"), 0o755);
  await writeFile(join(directory, "sy-document"), "not a program");
});
afterAll(() => rm(directory, { recursive: true }));

test("finds a program under its second name", async () => {
  const found = await ensurePrograms({ it: program("there") }, { environment: { PATH: directory }, say: unexpected });
  expect(found).toEqual({ it: join(directory, "sy-there-alternative") });
});

test("lists every way to get each program that is missing, and none for those that are there", async () => {
  const wanted = { a: program("there"), b: program("absent"), c: program("document") };
  const error = await ensurePrograms(wanted, { environment: { PATH: directory }, say: unexpected }).catch(String);
  expect(error).toContain("absent was not found (looked for sy-absent, sy-absent-alternative)");
  expect(error).toContain("macOS: brew absent");
  // A file without the executable bit is no program.
  expect(error).toContain("Debian: get document");
  expect(error).not.toContain("there was not found");
});
