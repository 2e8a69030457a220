import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const main = new URL("main.ts", import.meta.url).pathname;

function run(option: string, settings?: object) {
  const file = join(mkdtempSync(join(tmpdir(), "worker-")), "settings.json");
  writeFileSync(file, JSON.stringify(settings ?? {}));
  const env: Record<string, string> = settings === undefined ? {} : { SWITCHYARD_CONFIG: file };
  return promisify(execFile)(process.execPath, [main, option], { env });
}

test("--check says which settings it has read and which handlers have loaded, and with 78 what is wrong", async () => {
  const http = { kind: "http", url: "https://shop.example.com/mail" };
  const secret = { signing_secret: "s".repeat(32) };
  const [good, none, bad] = await Promise.allSettled([
    run("--check", { handlers: { mail: http }, tasks: secret }),
    run("--check"),
    run("--check", { worker: { processes: { min: 3, max: 2 } } }),
  ]);
  const said = (stdout: unknown) => ({ status: "fulfilled", value: { stdout, stderr: "" } });
  expect(good).toEqual(said(expect.stringMatching(/it would start; settings: .*settings\.json; handlers: mail\n$/)));
  expect(none).toEqual(said(expect.stringContaining("no settings file (SWITCHYARD_CONFIG names one)")));
  const reason = { code: 78, stderr: expect.stringContaining("worker.processes.max") };
  expect(bad).toMatchObject({ status: "rejected", reason });
}, 30_000);

test("--help says where the settings are, and starts nothing", async () => {
  const { stdout } = await run("--help");
  expect(stdout).toContain("SWITCHYARD_CONFIG");
  expect(stdout).toContain("--check");
}, 30_000);
