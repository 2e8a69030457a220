import { writeTogether } from "@switchyard/redis/lua-script";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { answered } from "./answered.ts";
import { activityKey } from "./keys.ts";
import { closeConnection, openConnection } from "./open-connection.ts";

/**
 * When users were last active, as an app says it: something was clicked or typed. Whether they are online is another question
 * (connection-index.ts). In whole seconds since 1970, kept for 30 days.
 */
export interface UserActivity {
  /** Now, for each of them. @throws HubError 100 (temporary) when Redis does not answer, as do all of these */
  touch(users: readonly string[]): Promise<void>;
  /** In the order of `users`; undefined where nothing is known. */
  read(users: readonly string[]): Promise<readonly (number | undefined)[]>;
  forget(users: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface UserActivityOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}

const keptSeconds = 30 * 24 * 3_600;

/** A key for each user, which goes by itself. @throws StartupError when Redis cannot be used */
export async function createRedisUserActivity({ redis, logger }: UserActivityOptions): Promise<UserActivity> {
  const client = await openConnection({ redis, logger, role: "activity" });

  /** Sent in one turn, they leave in one write. */
  function forEach<T>(users: readonly string[], run: (key: string) => Promise<T>): Promise<T[]> {
    writeTogether(client);
    return answered(Promise.all(users.map((user) => run(activityKey(redis.prefix, user)))));
  }

  return {
    async touch(users) {
      const now = Math.floor(Date.now() / 1_000);
      await forEach(users, (key) => client.set(key, now, "EX", keptSeconds));
    },
    async read(users) {
      const found = await forEach(users, (key) => client.get(key));
      return found.map((seconds) => (seconds === null ? undefined : Number(seconds)));
    },
    async forget(users) {
      await forEach(users, (key) => client.del(key));
    },
    close: () => closeConnection(client),
  };
}
