import { execFile } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A Redis whose clock can be set, while everything else has the machine's. */
export interface ShiftedRedis {
  /** For `TestRedisOptions.program`. */
  readonly program: (redis: string) => Promise<string>;
  /** From now on its clock differs from the machine's by so much. */
  shift(ms: number): void;
  close(): Promise<void>;
}

/** @throws Error when the machine has no C compiler. */
export async function createShiftedRedis(): Promise<ShiftedRedis> {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-clock-"));
  const [library, clock, program] = ["clock.so", "shift", "redis"].map((name) => join(directory, name));
  if (library === undefined || clock === undefined || program === undefined) throw new Error("no names");
  const source = fileURLToPath(new URL("./shifted-clock.c", import.meta.url));
  await promisify(execFile)("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]);
  await writeFile(clock, Buffer.alloc(8));
  const file = openSync(clock, "r+");
  return {
    async program(redis) {
      const text = `#!/bin/sh\nSHIFTED_CLOCK='${clock}' LD_PRELOAD='${library}' exec '${redis}' "$@"\n`;
      await writeFile(program, text, { mode: 0o755 });
      return program;
    },
    shift(ms) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(ms));
      writeSync(file, bytes, 0, 8, 0);
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
