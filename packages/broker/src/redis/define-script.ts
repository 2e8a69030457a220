import { readFileSync } from "node:fs";
import { createLuaScript } from "@switchyard/redis/lua-script";
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
  /** Pieces of Lua that stand in front of it, of the folder `chunks`. */
  chunks?: readonly string[];
  keys: readonly K[];
  args: readonly A[];
  /** Turns the raw reply, whose texts are Buffers, into a named object. */
  reply: (raw: unknown) => R;
}): Script<K, A, R> {
  const { file, chunks = [], keys, args, reply } = definition;
  const pieces = [...chunks.map((name) => new URL(`./chunks/${name}.lua`, import.meta.url)), file];
  const script = createLuaScript(pieces.map((piece) => readFileSync(piece, "utf8")).join("\n"));
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
