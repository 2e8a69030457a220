import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { freePort } from "@switchyard/provision/free-port";
import { programs } from "@switchyard/provision/program";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { eventually } from "@switchyard/testkit/eventually";

/** The files of infra/nginx by name. */
export type NginxFiles = Record<string, string>;

/** A real nginx on 127.0.0.1 and [::1] that runs the files of infra/nginx. */
export interface NginxFront {
  readonly port: number;
  accessLog(): Promise<string>;
  errorLog(): Promise<string>;
  /** Sends a signal to the master process. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it is gone. */
  readonly exited: Promise<void>;
  close(): Promise<void>;
}

export interface NginxUpstreams {
  readonly gatewayPorts: readonly number[];
  readonly apiPorts: readonly number[];
}

const configDirectory = fileURLToPath(new URL("../../infra/nginx/", import.meta.url));
const fileNames = ["nginx.conf", "path-map.conf", "proxy.conf", "upstreams.conf", "listen.conf", "plain-port.conf"];

/**
 * The production files; only addresses are exchanged, in the two files that say where things are. `mutate` breaks them on
 * purpose, for tests of the tests.
 */
export async function renderNginxFiles(
  upstreams: NginxUpstreams,
  port: number,
  mutate: (files: NginxFiles) => void = () => undefined,
): Promise<NginxFiles> {
  const contents = fileNames.map(async (name) => [name, await readFile(join(configDirectory, name), "utf8")] as const);
  const files: NginxFiles = Object.fromEntries(await Promise.all(contents));
  // One line for each process instead of one name: `resolve` needs a DNS server, and a newer nginx than Debian 12 has.
  for (const [name, ports] of [
    ["gateway:8001", upstreams.gatewayPorts],
    ["api:8010", upstreams.apiPorts],
  ] as const) {
    replaceIn(files, "upstreams.conf", new RegExp(` *server ${name} resolve(.*);`), (_, parameters: string) =>
      ports.map((port) => `server 127.0.0.1:${port}${parameters};`).join("\n"),
    );
  }
  replaceIn(files, "listen.conf", /^listen 8000/m, () => `listen 127.0.0.1:${port}`);
  replaceIn(files, "listen.conf", /^listen \[::\]:8000/m, () => `listen [::1]:${port}`);
  mutate(files);
  return files;
}

/** Gives nginx the port of pages that name no path. */
export function withPlainPort(port: number): (files: NginxFiles) => void {
  return (files) => {
    replaceIn(files, "nginx.conf", "# include plain-port.conf;", () => "include plain-port.conf;");
    replaceIn(files, "plain-port.conf", /^ *listen 1234/m, () => `listen 127.0.0.1:${port}`);
    replaceIn(files, "plain-port.conf", /^ *listen \[::\]:1234/m, () => `listen [::1]:${port}`);
  };
}

/** @throws Error when the text is not there: a replacement that does nothing would make its test worthless. */
export function replaceIn(
  files: NginxFiles,
  name: string,
  from: string | RegExp,
  to: (match: string, ...groups: string[]) => string,
): void {
  const before = files[name] ?? "";
  const after = before.replace(from, to);
  if (after === before) throw new Error(`infra/nginx/${name} has no ${String(from)}`);
  files[name] = after;
}

/** Starts nginx and waits until it accepts. @throws Error with nginx's own words when it does not start. */
export async function startNginx(upstreams: NginxUpstreams, mutate?: (files: NginxFiles) => void): Promise<NginxFront> {
  const { nginx } = await ensurePrograms({ nginx: programs.nginx }, { environment: process.env, say: console.log });
  const port = await freePort();
  const directory = await writeFiles(await renderNginxFiles(upstreams, port, mutate));
  // Standard output becomes a file because nginx opens /dev/stdout by name, which a socket from Node does not allow.
  const child = spawnBound(
    "sh",
    ["-c", 'exec "$@" >access.log 2>error.log', "sh", nginx, ...nginxArguments(directory), "-g", "daemon off;"],
    { cwd: directory },
  );
  child.stdout?.resume();
  child.stderr?.resume();
  let gone = false;
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve(void (gone = true))));
  const log = (name: string) => readFile(join(directory, name), "utf8");
  const front: NginxFront = {
    port,
    accessLog: () => log("access.log"),
    errorLog: () => log("error.log"),
    signal: (signal) => void child.kill(signal),
    exited,
    async close() {
      if (!gone) child.kill("SIGTERM");
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await eventually(() => (gone ? undefined : fetch(`http://127.0.0.1:${port}/readyz`)));
    if (gone) throw new Error(`nginx did not start: ${await front.errorLog()}`);
  } catch (error) {
    await front.close();
    throw error;
  }
  return front;
}

/** `nginx -t`: the words of nginx, and whether it would start with these files. */
export async function checkNginxFiles(files: NginxFiles): Promise<{ valid: boolean; output: string }> {
  const { nginx } = await ensurePrograms({ nginx: programs.nginx }, { environment: process.env, say: console.log });
  const directory = await writeFiles(files);
  const child = spawnBound("sh", ["-c", '"$@" >check.log 2>&1', "sh", nginx, "-t", ...nginxArguments(directory)], {
    cwd: directory,
  });
  child.stdout?.resume();
  child.stderr?.resume();
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const output = await readFile(join(directory, "check.log"), "utf8");
  await rm(directory, { recursive: true, force: true });
  return { valid: code === 0, output };
}

function nginxArguments(directory: string): string[] {
  return ["-p", `${directory}/`, "-c", join(directory, "nginx.conf")];
}

async function writeFiles(files: NginxFiles): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-nginx-"));
  // Started by root, nginx becomes another user, who must find the bodies it keeps here.
  await chmod(directory, 0o755);
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)));
  return directory;
}
