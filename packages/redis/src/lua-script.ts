import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/**
 * One script, sent by its digest. A number among the arguments is a whole one below 2^53, so that its text has all of its digits.
 * @throws RangeError for any other
 */
export interface LuaScript {
  /** Replies are texts. */
  run(redis: Redis, keys: readonly string[], args: readonly Value[]): Promise<unknown>;
  /** Replies are Buffers, for bytes that are passed on. */
  runBuffer(redis: Redis, keys: readonly string[], args: readonly Value[]): Promise<unknown>;
}

type Value = string | number | Buffer;

/**
 * By way of ioredis' own commands: the first call over a socket carries the text, so that Redis knows the script before any
 * call that names it, and calls keep their order on a Redis that has just started. Should Redis forget its scripts later,
 * the text is sent again.
 */
export function createLuaScript(source: string): LuaScript {
  // A name per text, since a connection keeps one command per name.
  const name = `sy_${createHash("sha1").update(source).digest("hex")}`;

  function call(redis: Redis, kind: "" | "Buffer", values: readonly Value[]): Promise<unknown> {
    const commands = redis as unknown as Record<
      string,
      ((...values: readonly Value[]) => Promise<unknown>) | undefined
    >;
    if (commands[name] === undefined) redis.defineCommand(name, { lua: source });
    const inexact = values.find((value) => typeof value === "number" && !Number.isSafeInteger(value));
    if (inexact !== undefined)
      return Promise.reject(new RangeError(`${String(inexact)} is not a whole number below 2^53`));
    // As a method: ioredis looks at `this`.
    return commands[`${name}${kind}`]?.(...values) ?? Promise.reject(new TypeError(`${name} is not defined`));
  }

  return {
    run: (redis, keys, args) => call(redis, "", [keys.length, ...keys, ...args]),
    runBuffer: (redis, keys, args) => call(redis, "Buffer", [keys.length, ...keys, ...args]),
  };
}

/**
 * Lets the commands of one event-loop turn leave in one write; called before each of them. By itself ioredis makes a system
 * call of every command. With 256 publications in flight this takes a tenth of the publisher's processor time away and
 * some of Redis', which reads as often as was written; a lone command leaves in its own turn all the same.
 *
 * Not a pipeline of ioredis: that waits for all its replies before it gives out the first.
 */
export function writeTogether({ stream }: Pick<Redis, "stream">): void {
  // There is none before the first connection; the command fails or waits by itself then.
  if (stream === undefined || stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
