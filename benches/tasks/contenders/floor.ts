import { setTimeout as wait } from "node:timers/promises";
import { createLuaScript } from "@switchyard/redis/lua-script";
import { Redis } from "ioredis";
import type { BenchTask, TaskContender } from "./task-contender.ts";

const place = "{floor}:";
/** As many as a worker of ours ends with one script. */
const batchMax = 8;

/** One hash for each task, and a list. */
const add = createLuaScript(`for at = 1, #ARGV, 2 do
  redis.call("HSET", KEYS[1] .. ARGV[at], "data", ARGV[at + 1])
  redis.call("LPUSH", KEYS[1] .. "wait", ARGV[at])
end`);
/** Of each task that is done a text is kept for a day, its hash goes, and it is told; as many others are handed out. */
const take = createLuaScript(`local record = '{"status":"succeeded","result":null}'
for at = 2, #ARGV do
  redis.call("SET", KEYS[1] .. "record:" .. ARGV[at], record, "PX", "86400000")
  redis.call("DEL", KEYS[1] .. ARGV[at])
  redis.call("PUBLISH", KEYS[1] .. ARGV[at], record)
end
local replies = {}
for _, id in ipairs(redis.call("RPOP", KEYS[1] .. "wait", ARGV[1]) or {}) do
  replies[#replies + 1] = { id, redis.call("HGET", KEYS[1] .. id, "data") }
end
return replies`);

/**
 * The least that could be called a task with a record: five commands for it in two scripts. There are no groups, locks, attempts, delays or
 * lists of what runs, so whatever is lost is lost. What it costs is what no queue with records over Redis can do without.
 */
export async function openFloor(redisUrl: string): Promise<TaskContender> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  let [next, isOpen] = [0, true];

  async function work(slots: number, handle: (task: BenchTask) => Promise<void>): Promise<void> {
    let done: string[] = [];
    while (isOpen) {
      const taken = (await take.run(redis, [place], [slots, ...done])) as [id: string, data: string][];
      await Promise.all(taken.map(([, data]) => handle(JSON.parse(data) as BenchTask)));
      done = taken.map(([id]) => id);
      if (taken.length === 0) await wait(5);
    }
  }

  return {
    async enqueue(tasks) {
      const sent: Promise<unknown>[] = [];
      for (let from = 0; from < tasks.length; from += 50) {
        const entries = tasks.slice(from, from + 50).flatMap((task) => [`t_${(next += 1)}`, JSON.stringify(task)]);
        sent.push(add.run(redis, [place], entries));
      }
      await Promise.all(sent);
    },
    work(concurrency, handle) {
      for (let left = concurrency; left > 0; left -= batchMax) void work(Math.min(left, batchMax), handle);
      return Promise.resolve();
    },
    close() {
      isOpen = false;
      redis.disconnect();
      return Promise.resolve();
    },
  };
}
