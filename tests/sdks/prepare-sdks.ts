import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Sdk } from "./sdk-driver.ts";

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The SDKs that can run here, and why others cannot. */
export interface PreparedSdks {
  readonly sdks: readonly Sdk[];
  readonly missing: readonly string[];
}

/**
 * The npm package is there already. The Python one goes into a venv and the Go one becomes a program, once for each set of pinned
 * versions; from then on nothing is fetched. What the machine must bring: Python 3.10 with venv and pip, and Go 1.25.
 */
export async function prepareSdks(): Promise<PreparedSdks> {
  const languages = [
    ["JavaScript", () => prepareJavaScript("websocket")],
    ["JavaScript over http_stream", () => prepareJavaScript("http_stream")],
    ["Python", preparePython],
    ["Go", prepareGo],
  ] as const;
  const sdks: Sdk[] = [];
  const missing: string[] = [];
  for (const [language, prepare] of languages) {
    try {
      const command = await prepare();
      for (const format of ["json", "protobuf"] as const) {
        sdks.push({ name: `${language}, ${format === "json" ? "JSON" : "Protobuf"}`, command, format });
      }
    } catch (error) {
      missing.push(`${language}: ${(error as Error).message}`);
    }
  }
  return { sdks, missing };
}

async function prepareJavaScript(transport: string): Promise<string[]> {
  return [process.execPath, here("javascript/driver.ts"), transport];
}

async function preparePython(): Promise<string[]> {
  return [await pythonWith(here("python/requirements.txt")), here("python/driver.py")];
}

/** A Python that has what the file lists. @throws Error where the machine's has no venv or pip */
export async function pythonWith(requirements: string): Promise<string> {
  const venv = await once("python", [requirements], async (directory) => {
    // Made where it stays, for a venv's scripts name their place; pip is asked through the interpreter.
    await run("python3", ["-m", "venv", directory]);
    await run(join(directory, "bin/python"), ["-m", "pip", "install", "-q", "-r", requirements]);
  });
  return join(venv, "bin/python");
}

async function prepareGo(): Promise<string[]> {
  const sources = ["go/go.mod", "go/go.sum", "go/main.go"].map(here);
  const built = await once("go", sources, async (directory) => {
    await run("go", ["build", "-mod=readonly", "-o", join(directory, "driver"), "."], { cwd: here("go") });
  });
  return [join(built, "driver")];
}

/** A directory that `fill` has filled for this content of these files; one that was left half done is begun again. */
async function once(name: string, files: readonly string[], fill: (directory: string) => Promise<void>) {
  const digest = createHash("sha256");
  for (const file of files) digest.update(readFileSync(file));
  const directory = here(`../../node_modules/.cache/switchyard-sdks/${name}-${digest.digest("hex").slice(0, 16)}`);
  const mark = join(directory, "complete");
  if (existsSync(mark)) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await fill(directory);
  mkdirSync(mark);
  return directory;
}
