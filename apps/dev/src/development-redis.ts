import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { checkRedis } from "@switchyard/provision/check-redis";
import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { startRedisServer } from "@switchyard/provision/redis-server";
import { shortPath, type Terminal } from "./terminal.ts";

/** Without the program there are still ways to have a Redis; they are listed with the others. */
const redisOrElsewhere = {
  ...programs.redis,
  ways: [
    ...programs.redis.ways,
    "Docker:          docker run -d -p 127.0.0.1:6379:6379 valkey/valkey:8",
    "                 SWITCHYARD_REDIS_URL=redis://127.0.0.1:6379 npm start",
    "elsewhere:       SWITCHYARD_REDIS_URL=redis://user:password@host:port npm start",
  ],
};

export interface DevelopmentRedis {
  readonly url: string;
  close(): Promise<void>;
}

/** A Redis that belongs to somebody else: looked at, never started or stopped. @throws StartupError with the cause. */
export async function useRedis(url: string, terminal: Terminal): Promise<DevelopmentRedis> {
  const { version } = await checkRedis(url);
  terminal.say("redis", `ready, version ${version}, from SWITCHYARD_REDIS_URL`);
  return { url, close: () => Promise.resolve() };
}

/**
 * A Redis of our own whose data survives the next start. When it dies it is started again from its append-only file, which
 * holds all but the last second; the other processes reconnect by themselves.
 * @throws StartupError when no program is found and none can be installed, or with the server's own words.
 */
export async function startDevelopmentRedis(options: {
  directory: string;
  port: number;
  environment: Readonly<Record<string, string | undefined>>;
  terminal: Terminal;
}): Promise<DevelopmentRedis> {
  const { environment, terminal, port } = options;
  const say = (text: string) => terminal.say("redis", text);
  const { redis: program } = await ensurePrograms({ redis: redisOrElsewhere }, { environment, say });
  const directory = join(options.directory, "redis");
  const start = () => startRedisServer({ program, directory, port, appendOnly: true });
  let server = await start();
  say(`ready on ${port}, data in ${shortPath(directory)}`);

  let closing = false;
  async function keepAlive(): Promise<void> {
    for (;;) {
      const cause = await server.exited;
      if (closing) return;
      say(`${terminal.colors.red("ended; starting it again")} (${cause})`);
      try {
        server = await start();
        say(terminal.colors.green("ready again"));
      } catch (error) {
        // `exited` of the old server stays resolved, so the loop comes here again.
        say(terminal.colors.red((error as Error).message));
        await delay(1_000);
      }
      if (closing) return server.close();
    }
  }
  const supervised = keepAlive();
  return {
    url: server.url,
    async close() {
      closing = true;
      await server.close();
      await supervised;
    },
  };
}
