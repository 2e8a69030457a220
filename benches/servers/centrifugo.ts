import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "@switchyard/provision/free-port";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { eventually } from "@switchyard/testkit/eventually";

export interface CentrifugoOptions {
  readonly redisUrl: string;
  readonly core: number;
  /** What differs from a hub that anybody may connect to. */
  readonly settings: object;
}

const wanted = "go install github.com/centrifugal/centrifugo/v6@latest";
const places = [join(homedir(), "go/bin/centrifugo"), "centrifugo"];

/** The version of the Centrifugo on this machine, or undefined. */
export async function findCentrifugo(): Promise<{ readonly program: string; readonly version: string } | undefined> {
  for (const program of places) {
    const told = await promisify(execFile)(program, ["version"]).catch(() => undefined);
    if (told !== undefined) return { program, version: told.stdout.trim() };
  }
  return undefined;
}

/** What to do where there is none; undefined where there is. */
export async function missingCentrifugo(): Promise<string | undefined> {
  return (await findCentrifugo()) === undefined ? `Centrifugo is not on PATH nor in ~/go/bin: ${wanted}` : undefined;
}

/** Centrifugo with Redis on one core, at its defaults; it has one before it starts, for Go makes as many threads as it finds cores. */
export async function startCentrifugo({ redisUrl, core, settings }: CentrifugoOptions) {
  const found = await findCentrifugo();
  if (found === undefined) throw new Error(await missingCentrifugo());
  const directory = await mkdtemp(join(tmpdir(), "switchyard-bench-"));
  const config = join(directory, "config.json");
  const port = await freePort();
  const engine = { type: "redis", redis: { address: redisUrl } };
  const http_server = { address: "127.0.0.1", port: String(port) };
  await writeFile(config, JSON.stringify({ http_server, engine, client: { insecure: true }, ...settings }));
  const child = spawnBound("taskset", ["-c", String(core), found.program, "-c", config], { env: {} });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: Buffer) => log.push(text.toString()));
  await eventually(async () => fetch(`http://127.0.0.1:${port}/`)).catch((error: unknown) => {
    child.kill();
    throw new Error(`Centrifugo did not start: ${log.join("")}`, { cause: error });
  });
  return {
    port,
    pid: child.pid ?? 0,
    async close() {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
