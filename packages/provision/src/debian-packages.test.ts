import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensurePrograms } from "./ensure-programs.ts";

// A stand-in for apt-get that writes down how it was called and "installs" sy-tool beside itself; only root may install.
const aptGet = (installs: string) => `#!/bin/sh
here=$(dirname "$0")
echo "$DEBIAN_FRONTEND $*" >> "$here/calls"
case "$*" in *install*) ${installs} ;; *) echo "broken source"; exit 100 ;; esac
`;
const wanted = { tool: { name: "Tool", commands: ["sy-tool"], debianPackage: "sy-package", ways: ["brew sy-tool"] } };

let directory: string;
let said: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "switchyard-apt-"));
  said = [];
});
afterEach(() => rm(directory, { recursive: true }));

async function ensure(installs: string) {
  await writeFile(join(directory, "apt-get"), aptGet(installs), { mode: 0o755 });
  const environment = { PATH: `${directory}:/usr/bin:/bin` };
  return ensurePrograms(wanted, { environment, say: (line) => said.push(line) });
}

describe.runIf(process.getuid?.() === 0)("as root", () => {
  test("installs what is missing, once, without questions, and says so in a line", async () => {
    const install = 'printf "#!/bin/sh\\n" > "$here/sy-tool"; chmod 755 "$here/sy-tool"';
    expect(await ensure(install)).toEqual({ tool: join(directory, "sy-tool") });
    expect(said).toEqual([expect.stringContaining("installing sy-package with apt-get")]);
    const calls = (await readFile(join(directory, "calls"), "utf8")).trim().split("\n");
    expect(calls).toEqual([
      expect.stringMatching(/ update$/),
      expect.stringMatching(/install --no-install-recommends sy-package$/),
    ]);
    expect(calls.every((call) => call.startsWith("noninteractive --quiet --yes"))).toBe(true);
    await ensure(install);
    expect(said).toHaveLength(1);
  });

  test("shows what apt-get said when it fails", async () => {
    await expect(ensure('echo "E: Unable to locate package sy-package"; exit 100')).rejects.toThrow(
      /failed with code 100:\nE: Unable to locate package sy-package$/,
    );
  });

  test("lists the other ways when the package did not bring the program", async () => {
    await expect(ensure("true")).rejects.toThrow(/Tool was not found.*\n {2}brew sy-tool/);
  });
});
