import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { eventually } from "./eventually.ts";

export type AppName = "gateway" | "api" | "worker";

/** A real process of one app, on a free port. */
export interface AppProcess extends SpawnedProcess {
  readonly port: number;
  /** `http://127.0.0.1:port` */
  readonly url: string;
}

export interface SpawnedProcess {
  readonly name: string;
  readonly pid: number;
  /** Every line it has written, stderr included. */
  readonly log: readonly string[];
  /** Resolves to the exit code, or the signal, once it is gone. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** As an orchestrator does it: SIGTERM, then wait. @throws Error when it had to be killed after 15 s. */
  stop(): Promise<number | NodeJS.Signals>;
  /** As a crash does it: SIGKILL, then wait. */
  kill(): Promise<number | NodeJS.Signals>;
  /** SIGSTOP and SIGCONT make and end a hang. */
  signal(signal: NodeJS.Signals): void;
}

/**
 * Starts `apps/<app>/src/main.ts` and waits until `/readyz` answers 200. The environment is `env` alone, so that nothing
 * of the developer's shell decides a test.
 * @throws Error with everything the process wrote, when it ends first or takes more than 20 s.
 */
export async function startApp(app: AppName, env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
  const spawned = spawnApp(app, env);
  const endedEarly = spawned.exited.then((code) => {
    throw new Error(`it ended with ${code}`);
  });
  const ready = eventually(() => readyPort(spawned.log), { timeoutMs: 20_000, everyMs: 50 });
  try {
    const port = await Promise.race([ready, endedEarly]);
    return { ...spawned, port, url: `http://127.0.0.1:${port}` };
  } catch (error) {
    await spawned.kill();
    throw new Error(`${app} did not start: ${String(error)}\n${spawned.log.join("\n")}`, { cause: error });
  }
}

/**
 * What such a process has of our environment. The cache halves what its start costs, and a run of all tests starts several
 * hundred (vitest.config.ts).
 */
export const inherited = () => ({
  PATH: process.env["PATH"],
  NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
});

/** The same without waiting for anything: for starts that must fail. */
export function spawnApp(app: AppName, env: Readonly<Record<string, string>> = {}): SpawnedProcess {
  const main = fileURLToPath(import.meta.resolve(`../../../apps/${app}/src/main.ts`));
  const child = spawnBound(process.execPath, [main], {
    env: { ...inherited(), [`SWITCHYARD_${app.toUpperCase()}_PORT`]: "0", ...env },
  });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", (line) => log.push(line));
  }
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
  return {
    name: app,
    pid: child.pid ?? 0,
    log,
    exited,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill("SIGKILL");
      return exited;
    },
    async stop() {
      let forced = false;
      const force = setTimeout(() => (forced = child.kill("SIGKILL")), 15_000);
      // Does nothing to a process that is gone already.
      child.kill("SIGTERM");
      const outcome = await exited.finally(() => clearTimeout(force));
      if (forced) throw new Error(`${app} ignored SIGTERM for 15 s:\n${log.join("\n")}`);
      return outcome;
    },
  };
}

/** The port the app says it listens on, once it is ready there. */
async function readyPort(log: readonly string[]): Promise<number> {
  const line = log.find((text) => text.includes('"msg":"listening"'));
  if (line === undefined) throw new Error("it has not logged `listening`");
  const { port } = JSON.parse(line) as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(3_000) });
  if (response.status !== 200) throw new Error(`/readyz says ${response.status}: ${await response.text()}`);
  return port;
}
