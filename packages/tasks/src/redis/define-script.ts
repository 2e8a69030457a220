import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";

/**
 * One Lua script with names instead of positions. The file's header states the same names in the same order; a test holds
 * the two together.
 */
export interface Script<Key extends string, Argument extends string, Reply> {
  readonly file: URL;
  readonly keys: readonly Key[];
  readonly args: readonly Argument[];
  /** @throws ReplyError from Redis, or the connection's error. */
  run(
    redis: Pick<Redis, "evalsha" | "eval">,
    values: {
      readonly keys: Readonly<Record<Key, string>>;
      readonly args: Readonly<Record<Argument, string | number>>;
    },
  ): Promise<Reply>;
}

export function defineScript<const Key extends string, const Argument extends string, Reply>(definition: {
  readonly file: URL;
  readonly keys: readonly Key[];
  readonly args: readonly Argument[];
  readonly reply: (raw: unknown) => Reply;
}): Script<Key, Argument, Reply> {
  const { file, keys, args, reply } = definition;
  let loaded: { source: string; digest: string } | undefined;

  // Read at the first run and not at import: importing a module does nothing.
  function load(): { source: string; digest: string } {
    const source = readFileSync(file, "utf8");
    return { source, digest: createHash("sha1").update(source).digest("hex") };
  }

  return {
    file,
    keys,
    args,
    async run(redis, values) {
      loaded ??= load();
      const list = [...keys.map((key) => values.keys[key]), ...args.map((argument) => values.args[argument])];
      try {
        return reply(await redis.evalsha(loaded.digest, keys.length, ...list));
      } catch (error) {
        // A restarted or failed-over Redis has forgotten its scripts; EVAL teaches it again.
        if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
        return reply(await redis.eval(loaded.source, keys.length, ...list));
      }
    },
  };
}
