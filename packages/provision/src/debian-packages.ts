import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { Program } from "./program.ts";

/** invoke-rc.d asks this file before it starts a service; 101 means "do not". */
const policyFile = "/usr/sbin/policy-rc.d";

export interface InstallOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Receives one line before each thing that takes long or changes the machine. */
  readonly say: (line: string) => void;
}

/**
 * Installs the programs' packages with apt-get; the caller is root. apt's own output is shown only when it fails.
 * @throws StartupError with the end of apt's output.
 */
export async function installDebianPackages(
  programs: readonly Program[],
  { environment, say }: InstallOptions,
): Promise<void> {
  const packages = programs.map((program) => program.debianPackage);
  const env = { ...environment, DEBIAN_FRONTEND: "noninteractive" };
  // Another apt-get may hold the lock on a machine that has just booted: wait for it instead of failing.
  const common = ["--quiet", "--yes", "-o", "DPkg::Lock::Timeout=120"];

  say(`installing ${packages.join(", ")} with apt-get, because this machine has none and we are root`);
  // One broken source must not keep us from what the others have; the install says what is really missing.
  await runQuietly("apt-get", [...common, "update"], env).catch(() => undefined);
  await withoutServiceStarts(async () => {
    await runQuietly("apt-get", [...common, "install", "--no-install-recommends", ...packages], env);
  });
  await disableServices(programs, env);
}

/** A package's own service would hold the very port or memory that our supervised child wants. */
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  if (existsSync(policyFile)) return work();
  await writeFile(policyFile, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(policyFile, { force: true });
  }
}

/** The policy file only holds back the start during installation; systemd would still start the service at the next boot. */
async function disableServices(programs: readonly Program[], env: NodeJS.ProcessEnv): Promise<void> {
  if (!existsSync("/run/systemd/system")) return;
  for (const { service } of programs) {
    if (service !== undefined) await runQuietly("systemctl", ["disable", "--now", service], env);
  }
}

function runQuietly(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-16_384));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) return resolve();
      const tail = output.trimEnd().split("\n").slice(-20).join("\n");
      reject(new StartupError("environment", `\`${command} ${args.join(" ")}\` failed with code ${code}:\n${tail}`));
    });
  });
}
