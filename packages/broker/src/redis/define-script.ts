import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Redis } from "ioredis";
import { writeTogether } from "./write-together.ts";

/**
 * A Lua file and its signature, called by names instead of positions.
 *
 * The file's header lists `KEYS[n] name` and `ARGV[n] name` in the same order as `keys` and `args` here; a test compares them
 * for every script. A missing key or argument is a compile error.
 */
export interface Script<K extends string, A extends string, R> {
  readonly file: URL;
  readonly keys: readonly K[];
  readonly args: readonly A[];
  run(redis: Redis, call: { keys: Record<K, string>; args: Record<A, string | number | Buffer> }): Promise<R>;
}

export function defineScript<const K extends string, const A extends string, R>(definition: {
  file: URL;
  keys: readonly K[];
  args: readonly A[];
  /** Turns the raw reply, whose texts are Buffers, into a named object. */
  reply: (raw: unknown) => R;
}): Script<K, A, R> {
  const { file, keys, args, reply } = definition;
  const lua = readFileSync(file, "utf8");
  // One name per script and connection; ioredis sends EVALSHA and falls back to EVAL when Redis has lost its scripts.
  const name = `sy_${basename(file.pathname, ".lua").replaceAll("-", "_")}`;
  return {
    file,
    keys,
    args,
    async run(redis, call) {
      const commands = redis as unknown as Record<
        string,
        (...values: (string | number | Buffer)[]) => Promise<unknown>
      >;
      if (commands[`${name}Buffer`] === undefined) redis.defineCommand(name, { lua, numberOfKeys: keys.length });
      writeTogether(redis);
      const values = [...keys.map((key) => call.keys[key]), ...args.map((arg) => call.args[arg])];
      return reply(await commands[`${name}Buffer`]?.(...values));
    },
  };
}
