import { StartupError } from "@switchyard/runtime/startup-error";
import { askRedis, RedisReplyError } from "./ask-redis.ts";

/** Sharded pub/sub and the script features the hub uses came with 7.0; Valkey reports itself as 7.2 here. */
const oldestMajor = 7;

export interface RedisFacts {
  readonly version: string;
}

/**
 * Looks once whether the hub can work with the Redis at `url`: reachable, signed in, writable, new enough.
 * @throws StartupError with one line: which address (never the password), what is wrong, what to change.
 */
export async function checkRedis(url: string, timeoutMs = 3_000): Promise<RedisFacts> {
  const parsed = URL.parse(url);
  if (parsed === null || !["redis:", "rediss:", "unix:"].includes(parsed.protocol)) {
    throw new StartupError("config", "SWITCHYARD_REDIS_URL must look like redis://[user:password@]host:port[/db]");
  }
  const [, info = ""] = await askRedis(parsed, [["PING"], ["INFO"]], timeoutMs).catch((error: unknown) => {
    throw unusable(parsed, explain(error as NodeJS.ErrnoException), error);
  });
  const version = /^redis_version:(.*?)\r?$/m.exec(info)?.[1] ?? "unknown";
  if (Number.parseInt(version, 10) < oldestMajor) {
    throw unusable(parsed, `it is version ${version}; ${oldestMajor}.0 or newer is needed`);
  }
  if (/^role:slave/m.test(info)) throw unusable(parsed, "it is a read-only replica; name the primary");
  return { version };
}

function unusable(url: URL, cause: string, error?: unknown): StartupError {
  const place = url.protocol === "unix:" ? url.pathname : url.host;
  return new StartupError("environment", `the Redis at ${place} cannot be used: ${cause}`, { cause: error });
}

function explain(error: NodeJS.ErrnoException): string {
  if (error instanceof RedisReplyError) return explainReply(error.message);
  switch (error.code) {
    case "ECONNREFUSED":
      return "nothing listens there; start it, or correct SWITCHYARD_REDIS_URL";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "that host name is not known; correct SWITCHYARD_REDIS_URL";
    case "ENOENT":
      return "there is no such socket";
    default:
      return error.message;
  }
}

function explainReply(reply: string): string {
  const code = reply.split(" ", 1)[0];
  switch (code) {
    case "NOAUTH":
      return "it asks for a password; use redis://:password@host:port";
    case "WRONGPASS":
      return "it refuses this user and password";
    case "LOADING":
      return "it is still loading its data; try again in a moment";
    default:
      return reply.replace(/^ERR /, "");
  }
}
