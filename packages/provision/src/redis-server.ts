import type { ChildProcess } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { StartupError } from "@switchyard/runtime/startup-error";
import { askRedis } from "./ask-redis.ts";
import { freePort } from "./free-port.ts";
import { explainRedisFailure } from "./redis-failure.ts";
import { spawnBound } from "./spawn-bound.ts";

export interface RedisServerOptions {
  /** The redis-server or valkey-server binary. */
  readonly program: string;
  /** Where the server keeps its files; made when missing. One server at a time may use it. */
  readonly directory: string;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Keeps data across restarts in an append-only file; otherwise memory only. */
  readonly appendOnly: boolean;
  /** Further server arguments, such as `["--maxmemory", "64mb"]`. */
  readonly extraArguments?: readonly string[];
  /** Time until it must answer; loading a large append-only file counts. */
  readonly startTimeoutMs?: number;
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process is gone, with the cause. */
  readonly exited: Promise<string>;
  /** SIGTERM, which flushes the append-only file; SIGKILL after 10 s. Idempotent. */
  close(): Promise<void>;
  /** For tests of what happens when Redis dies, or stops answering (SIGSTOP). */
  kill(signal: NodeJS.Signals): void;
}

/** Redis listens here as well; something that answers on it is proof that the directory is in use. No stale lock files. */
const socketName = "redis.sock";

/**
 * Starts a Redis that only this machine can reach and waits until it answers. Bound to us by {@link spawnBound}: Redis must
 * outlive the processes that use it, but not us.
 * @throws StartupError with a one-line cause taken from the server's output.
 */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new StartupError("environment", `cannot make the directory for Redis: ${error.message}`, { cause: error });
  });
  if (await answers(join(options.directory, socketName))) {
    throw new StartupError("environment", `another Redis is running in ${options.directory}; stop it first`);
  }
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port === 0 ? await freePort() : options.port;
    const server = superviseServer(spawnServer(options, port), { directory: options.directory, port });
    try {
      await untilReady(server, options.startTimeoutMs ?? 30_000);
      return server;
    } catch (error) {
      await server.close();
      const { message } = error as Error;
      // Redis cannot choose a port itself, so somebody may take the free one before Redis does.
      if (options.port === 0 && message.includes("is taken") && attempt < 5) continue;
      throw new StartupError("environment", `Redis did not start: ${message}`, { cause: error });
    }
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    // Relative, because the kernel takes no socket path of more than 107 bytes.
    const socket = connect({ path: relative(process.cwd(), socketPath) });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function spawnServer(options: RedisServerOptions, port: number): ChildProcess {
  const settings: Record<string, string> = {
    bind: "127.0.0.1",
    port: String(port),
    dir: options.directory,
    unixsocket: socketName,
    unixsocketperm: "700",
    // No snapshots: the append-only file is the only copy, and a fork per save would disturb measurements.
    save: "",
    appendonly: options.appendOnly ? "yes" : "no",
    appendfsync: "everysec",
    daemonize: "no",
    logfile: "",
  };
  const named = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return spawnBound(options.program, [...named, ...(options.extraArguments ?? [])]);
}

function superviseServer(child: ChildProcess, place: { directory: string; port: number }): RedisServer {
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null)
      createInterface({ input: stream }).on("line", (line) => output.push(line) > 200 && output.shift());
  }
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (_code, signal) => {
      resolve(signal === null ? explainRedisFailure(output, place) : `it was ended by ${signal}`);
    });
  });
  // Does nothing to a process that is gone.
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return {
    url: `redis://127.0.0.1:${place.port}`,
    port: place.port,
    pid: child.pid ?? 0,
    exited,
    kill,
    async close() {
      kill("SIGTERM");
      const force = setTimeout(kill, 10_000, "SIGKILL");
      await exited;
      clearTimeout(force);
    },
  };
}

/** LOADING, ECONNREFUSED: not yet. Gone, or out of time: never. */
async function untilReady(server: RedisServer, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const gone = server.exited.then((cause) => new Error(cause));
  for (;;) {
    const attempt = askRedis(new URL(server.url), [["PING"], ["INFO", "server"]], 1_000).catch((error: Error) => error);
    const outcome = await Promise.race([attempt, gone.then((error) => ({ gone: error }))]);
    if ("gone" in outcome) throw outcome.gone;
    if (!(outcome instanceof Error)) return checkIsOurs(server, outcome[1] ?? "");
    if (performance.now() > deadline) throw new Error(`no answer within ${timeoutMs} ms (${outcome.message})`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Without this, a stranger on the same port would be taken for our child while ours dies of the taken port. */
async function checkIsOurs(server: RedisServer, info: string): Promise<void> {
  if (info.includes(`process_id:${server.pid}\r\n`)) return;
  throw new Error(`port ${server.port} is taken by another Redis; stop it or choose another port`);
}
