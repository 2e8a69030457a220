import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "from-centrifugo-"));

function run(...words: string[]): { code: number; out: string; err: string } {
  const [out, err]: [string[], string[]] = [[], []];
  const code = runCommand(words, { print: (text) => void out.push(text), complain: (text) => void err.push(text) });
  return { code, out: out.join(""), err: err.join("\n") };
}

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const files = {
  "config.json": `{"client": {"allowed_origins": ["https://a.example"], "channel_limit": 64},
    "channel": {"namespaces": [{"name": "feed", "presence": true}]}, "grpc_api": {"enabled": true}}`,
  "config.yaml": `
client:
  allowed_origins: [https://a.example]
  channel_limit: 64
channel:
  namespaces:
    - name: feed
      presence: true
grpc_api:
  enabled: true
`,
  "config.toml": `
[client]
allowed_origins = ["https://a.example"]
channel_limit = 64
[[channel.namespaces]]
name = "feed"
presence = true
[grpc_api]
enabled = true
`,
};

test("JSON, YAML and TOML come to the same verdicts and the same settings, which a process starts with", () => {
  const results = Object.entries(files).map(([name, text]) => {
    const target = join(folder, `${name}.switchyard.json`);
    const { code, out } = run("--json", "--write", target, fileOf(name, text));
    expect([code, statSync(target).mode & 0o777]).toEqual([1, 0o600]);
    return {
      ...(JSON.parse(out) as { verdicts: object[] }),
      settings: JSON.parse(readFileSync(target, "utf8")) as object,
    };
  });
  const [first] = results;
  expect(results).toEqual(results.map(() => first));
  const refused = { key: "grpc_api.enabled", verdict: "refused", says: expect.stringContaining("HTTP") as string };
  expect(first?.verdicts).toContainEqual(refused);
  expect(checkSettings(first?.settings ?? {}).channel.namespaces).toMatchObject([{ name: "feed", presence: true }]);
});

test("a file of which all can be had ends with 0, and no value of it is ever in the report", () => {
  const secret = "a-secret-that-is-longer-than-32-characters";
  const path = fileOf("whole.json", JSON.stringify({ client: { token: { hmac_secret_key: secret } }, pid_file: "/x" }));
  const { code, out } = run(path);
  expect(code).toBe(0);
  expect(out).toContain("0 refused, 0 moved, 0 differs, 1 ignored, 1 taken");
  expect(out).toContain("  pid_file: ");
  expect(out).not.toContain(secret);
});

test.each([
  ["a file of an older version", [fileOf("v5.json", '{"token_hmac_secret_key": "very-secret"}')], "to version 6 first"],
  ["YAML that is broken", [fileOf("broken.yaml", 'client:\n  key: "very-secret\n')], "cannot be read: "],
  ["JSON that is broken", [fileOf("broken.json", '{"client": {"key": very-secret}}')], "cannot be read: "],
  ["TOML that is broken", [fileOf("broken.toml", "key = very-secret\n")], "cannot be read: "],
  ["YAML that contains itself", [fileOf("self.yaml", "a: &a\n  b: *a\n")], "contains itself"],
  ["JSON that is nested deep", [fileOf("deep.json", '{"a":'.repeat(9_000) + "1" + "}".repeat(9_000))], "nested deeper"],
  ["a section that stands there twice", [fileOf("twice.json", '{"a": {"b": 1}, "a": {}}')], "unique"],
  ["a file that is not there", [join(folder, "none.json")], "ENOENT"],
  ["a file of another kind", [fileOf("config.ini", "")], "must be named"],
  ["a list", [fileOf("list.json", "[]")], "must have an object at its top"],
  ["no file", [], "name one file"],
  ["an option that is not known", ["--wrong", "x"], "--wrong"],
  ["a target that is there", ["--write", join(folder, "list.json"), fileOf("empty.yaml", "")], "EEXIST"],
])("%s is told in one line, with exit code 2, and nothing of a file in it", (_what, words, told) => {
  const { code, out, err } = run(...words);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(told);
  expect(err.split("\n")).toHaveLength(1);
  expect(err).not.toContain("very-secret");
});

test("a byte order mark in front of a file is no part of it", () => {
  expect(run(fileOf("mark.json", '\uFEFF{"client": {"insecure": true}}')).code).toBe(0);
});

test("what is written where is said, and that what is refused has to be changed", () => {
  const [good, bad] = [join(folder, "good.out.json"), join(folder, "bad.out.json")];
  expect(run("--write", good, fileOf("good.json", '{"client": {"insecure": true}}')).out).toMatch(
    /Written to .*good\.out.*in it\.\n$/,
  );
  const { code, out } = run("--write", bad, fileOf("bad.json", '{"grpc_api": {"enabled": true}}'));
  expect([code, out.includes("until that is changed")]).toEqual([1, true]);
});

test("--help says how to call it and what the exit codes are", () => {
  const { code, out } = run("--help");
  expect(code).toBe(0);
  expect(out).toContain("npm run from-centrifugo -- [options] <file>");
  expect(out).toMatch(/Ends with 0 .*, with 1 .*, with 2 /);
});
