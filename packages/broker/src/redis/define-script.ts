import { readFileSync } from "node:fs";
import { createLuaScript, writeTogether } from "@switchyard/redis/lua-script";
import type { Redis } from "ioredis";

const chunk = (name: string) => new URL(`./chunks/${name}.lua`, import.meta.url);
/** Chunks for scripts of several folders; those of one stand beside its scripts. */
export const [clock, waiting] = [chunk("clock"), chunk("waiting")];

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
  /** Files of Lua that stand in front of it: functions that several scripts need. */
  chunks?: readonly URL[];
  keys: readonly K[];
  args: readonly A[];
  /** Turns the raw reply, whose texts are Buffers, into a named object. */
  reply: (raw: unknown) => R;
}): Script<K, A, R> {
  const { file, chunks = [], keys, args, reply } = definition;
  const script = createLuaScript([...chunks, file].map((piece) => readFileSync(piece, "utf8")).join("\n"));
  return {
    file,
    keys,
    args,
    async run(redis, call) {
      writeTogether(redis);
      const [keyList, argList] = [keys.map((key) => call.keys[key]), args.map((arg) => call.args[arg])];
      return reply(await script.runBuffer(redis, keyList, argList));
    },
  };
}
