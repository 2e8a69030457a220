import { Redis } from "ioredis";

/**
 * Where handlers of a trial write that they start and end: one stream in Redis, so its order is the order in which things
 * happened, over all processes. It refuses a token lower than one it has seen for the task, as any store does that wants
 * to be safe from a worker that was thought dead: what such a worker still does is not an effect and not an overlap.
 */
export interface RunEvent {
  readonly kind: "start" | "end" | "limit";
  readonly task: string;
  readonly group: string;
  /** The new limit, for `limit`. */
  readonly value: number;
  /** Which execution says so; `1` for `limit`. */
  readonly token: string;
}

const note = `
local tokens, log, task, token = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
if token < tonumber(redis.call("HGET", tokens, task) or "0") then return 0 end
redis.call("HSET", tokens, task, token)
redis.call("XADD", log, "*", "k", ARGV[3], "t", task, "g", ARGV[4], "v", ARGV[5], "n", ARGV[2])
return 1
`;
const keys = ["trial:tokens", "trial:log"] as const;

export function openRunLog(url: string) {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  return {
    note: ({ kind, task, group, value, token }: RunEvent) =>
      redis.eval(note, keys.length, ...keys, task, token, kind, group, value),
    /** Those of which it knows neither a start nor an end. */
    async silentOf(tasks: readonly string[]): Promise<readonly string[]> {
      if (tasks.length === 0) return [];
      const tokens = await redis.hmget(keys[0], ...tasks);
      return tasks.filter((_, index) => tokens[index] === null);
    },
    async read(): Promise<readonly RunEvent[]> {
      const entries = await redis.xrange(keys[1], "-", "+");
      return entries.map(([, [, kind, , task = "", , group = "", , value, , token = ""]]) => ({
        kind: kind as RunEvent["kind"],
        task,
        group,
        value: Number(value),
        token,
      }));
    },
    close: () => redis.disconnect(),
  };
}
