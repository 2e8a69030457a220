import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { openProcessLog } from "./process-log.ts";
import { createTerminal } from "./terminal.ts";

const lines = [
  '{"level":"info","time":"2026-01-01T00:00:00Z","app":"api","msg":"listening","port":8010}',
  '{"level":"warn","time":"2026-01-01T00:00:00Z","app":"api","msg":"redis is slow","roundTripMs":950,"err":{"message":"timed out"}}',
  "SyntaxError: something broke",
];

async function logged(verbose: boolean): Promise<{ shown: string[]; file: string; tail: readonly string[] }> {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-log-"));
  const shown: string[] = [];
  const terminal = createTerminal({ write: (line) => shown.push(line), colored: false });
  const log = openProcessLog({ name: "api", directory, verbose, terminal });
  const stream = Readable.from(lines.map((line) => `${line}\n`));
  log.read(stream);
  await once(stream, "close");
  await log.close();
  const file = await readFile(join(directory, "api.log"), "utf8");
  await rm(directory, { recursive: true });
  return { shown, file, tail: log.tail() };
}

test("shows warnings, errors and what is not JSON, in a line each under the process's name", async () => {
  expect((await logged(false)).shown).toEqual([
    'api        | warn  redis is slow roundTripMs=950 error="timed out"',
    "api        | SyntaxError: something broke",
  ]);
});

test("shows every line when asked, and keeps every line as it was in the file", async () => {
  const { shown, file, tail } = await logged(true);
  expect(shown[0]).toBe("api        | info  listening port=8010");
  expect(file).toBe(`${lines.join("\n")}\n`);
  expect(tail).toHaveLength(3);
});
