import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { startRedisServer, type RedisServer } from "@switchyard/provision/redis-server";
import { Redis } from "ioredis";

/**
 * A real Redis for one test file, on a free port of 127.0.0.1, gone with the file's process at the latest.
 *
 * ```ts
 * let redis: TestRedis;
 * beforeAll(async () => { redis = await startTestRedis(); });
 * afterEach(() => redis.flush());
 * afterAll(() => redis.close());
 * ```
 */
export interface TestRedis {
  /** Stays the same across restarts. */
  readonly url: string;
  readonly port: number;
  /** Empties every database and the script cache, so that each test begins with nothing. */
  flush(): Promise<void>;
  /** One command over a connection of its own, for tests that may not import the driver. */
  command(name: string, ...args: readonly string[]): Promise<unknown>;
  /** Ends the server (SIGKILL is a crash) and starts it on the same port and directory. Without `appendOnly` it comes back empty. */
  restart(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Ends it and leaves the port refusing connections, until `restart`. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** SIGSTOP makes it deaf while its connections stay open; SIGCONT wakes it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  close(): Promise<void>;
}

export interface TestRedisOptions {
  readonly appendOnly?: boolean;
  readonly extraArguments?: readonly string[];
  /** What is started for the server that was found, such as a script that starts it in another way. */
  readonly program?: (found: string) => Promise<string>;
}

export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const found = await ensurePrograms({ redis: programs.redis }, { environment: process.env, say: console.log });
  const program = (await options.program?.(found.redis)) ?? found.redis;
  const directory = await mkdtemp(join(tmpdir(), "switchyard-redis-"));
  const start = (port: number): Promise<RedisServer> =>
    startRedisServer({
      program,
      directory,
      port,
      appendOnly: options.appendOnly ?? false,
      extraArguments: ["--enable-debug-command", "local", ...(options.extraArguments ?? [])],
    });
  let server = await start(0);

  const stop = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM") => {
    server.kill(signal);
    await server.exited;
  };
  return {
    url: server.url,
    port: server.port,
    flush: () => flush(server.url),
    command: (name, ...args) => over(server.url, (client) => client.call(name, ...args)),
    stop,
    signal: (signal) => server.kill(signal),
    async restart(signal) {
      await stop(signal);
      server = await start(server.port);
    },
    async close() {
      // A stopped process does not see SIGTERM until it is woken.
      server.kill("SIGCONT");
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const flush = (url: string) =>
  over(url, async (client) => {
    await client.flushall();
    await client.script("FLUSH", "SYNC");
  });

async function over<T>(url: string, act: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await client.connect();
    return await act(client);
  } finally {
    client.disconnect();
  }
}
