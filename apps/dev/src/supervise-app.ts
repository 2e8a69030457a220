import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { ProcessLog } from "./process-log.ts";
import type { Terminal } from "./terminal.ts";

export interface AppSpec {
  readonly name: string;
  /** Path of the app's main.ts. */
  readonly main: string;
  /** Where it will listen, because `env` says so. */
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  /** How long the first start may take. */
  readonly readyTimeoutMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
}

/** A process that is started again when it dies. */
export interface SupervisedApp {
  readonly name: string;
  /** Resolves at the first `/readyz` 200. @throws StartupError when it ends before or takes too long. */
  readonly ready: Promise<void>;
  /** Stops it as `close` does and starts it again, at once; for use once it is ready. */
  restart(): void;
  /** SIGTERM, wait, SIGKILL if need be. No restart after this. */
  close(): Promise<void>;
}

const backoffMs = { first: 250, longest: 10_000 } as const;

export function superviseApp(spec: AppSpec, { log, terminal }: { log: ProcessLog; terminal: Terminal }): SupervisedApp {
  const closing = new AbortController();
  /** Aborted when a restart is asked for; a new one for every process. */
  let restarting = new AbortController();
  let child = spawnLogged(spec, log);
  let exited = exitOf(child);

  /** Runs for the life of the app. The first start is not retried: a wrong setting does not heal. */
  async function keepAlive(): Promise<void> {
    let waitMs: number = backoffMs.first;
    for (;;) {
      const startedAt = performance.now();
      const end = await exited;
      if (closing.signal.aborted) return;
      if (!restarting.signal.aborted) {
        const lines = log.tail().map((line) => `\n             ${line}`);
        terminal.say(
          spec.name,
          `${terminal.colors.red(`${end}; starting it again`)}, its last lines:${lines.join("")}`,
        );
        waitMs = performance.now() - startedAt > backoffMs.longest ? backoffMs.first : waitMs;
        // A person who has mended what ended it does not wait.
        const signal = AbortSignal.any([closing.signal, restarting.signal]);
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
        if (closing.signal.aborted) return;
        waitMs = Math.min(waitMs * 2, backoffMs.longest);
      }
      restarting = new AbortController();
      child = spawnLogged(spec, log);
      exited = exitOf(child);
      void untilReady(spec.port, exited, Infinity).then(
        () => terminal.say(spec.name, terminal.colors.green("ready again")),
        () => undefined,
      );
    }
  }

  const ready = untilReady(spec.port, exited, spec.readyTimeoutMs).catch((error: Error) => {
    const text = `${spec.name} ${error.message}; what it said is above and in ${log.path}`;
    throw new StartupError("environment", text, { cause: error });
  });
  const supervised = ready.then(keepAlive, () => undefined);
  async function stop(): Promise<void> {
    const stopping = child;
    stopping.kill("SIGTERM");
    const force = setTimeout(() => stopping.kill("SIGKILL"), spec.stopTimeoutMs);
    await exited;
    clearTimeout(force);
  }
  return {
    name: spec.name,
    ready,
    restart() {
      if (closing.signal.aborted || restarting.signal.aborted) return;
      restarting.abort();
      void stop();
    },
    async close() {
      closing.abort();
      await stop();
      await supervised;
      await log.close();
    },
  };
}

function spawnLogged(spec: AppSpec, log: ProcessLog): ChildProcess {
  const child = spawnBound(process.execPath, [spec.main], { env: spec.env });
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) log.read(stream);
  return child;
}

function exitOf(child: ChildProcess): Promise<string> {
  return once(child, "close").then(
    ([code, signal]) => (signal === null ? `ended with code ${String(code)}` : `was ended by ${String(signal)}`),
    (error: Error) => `could not be started (${error.message})`,
  );
}

async function untilReady(port: number, exited: Promise<string>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const ended = exited.then((end) => ({ end }));
  for (;;) {
    const outcome = await Promise.race([ended, readiness(port)]);
    if (outcome === "ready") return;
    if (typeof outcome === "object") throw new Error(`${outcome.end} before it was ready`);
    if (performance.now() > deadline) throw new Error(`was not ready within ${timeoutMs / 1000} s: ${outcome}`);
    await delay(50);
  }
}

/** `"ready"`, or why not. */
async function readiness(port: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(3_000) });
    const body = await response.text();
    return response.status === 200 ? "ready" : body;
  } catch {
    return `/readyz does not answer on port ${port}`;
  }
}
