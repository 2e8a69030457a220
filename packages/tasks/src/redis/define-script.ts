import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { type LuaConstants, readChunk } from "./lua-chunk.ts";

/**
 * One Lua script with names instead of positions. The file's header states the same names in the same order; a test holds
 * the two together.
 */
export interface Script<Argument extends string, Reply> {
  readonly file: URL;
  readonly args: readonly Argument[];
  /** @throws ReplyError from Redis, or the connection's error. */
  run(place: ScriptPlace, args: Readonly<Record<Argument, string | number>>): Promise<Reply>;
}

/** Where scripts run. */
export interface ScriptPlace {
  readonly redis: Pick<Redis, "evalsha" | "eval">;
  /** The Lua that stands before the file's own. */
  readonly prelude: string;
  /** For the file's own Lua. */
  readonly constants?: LuaConstants;
  /** Any key of the slot they work in. */
  readonly slotKey: string;
}

/**
 * The keys a script touches follow from ids, many of which it finds only while it runs, so it is not given them but makes
 * them. All share the queue's hash tag and lie in the slot of the one key that is declared.
 */
export function defineScript<const Argument extends string, Reply>(definition: {
  readonly file: URL;
  readonly args: readonly Argument[];
  readonly reply: (raw: unknown) => Reply;
}): Script<Argument, Reply> {
  const { file, args, reply } = definition;
  const loaded = new Map<string, { source: string; digest: string }>();

  // Read at the first run and not at import: importing a module does nothing.
  function load({ prelude, constants }: ScriptPlace): { source: string; digest: string } {
    let script = loaded.get(prelude);
    if (script === undefined) {
      const source = `${prelude}\n${readChunk(file, constants)}`;
      script = { source, digest: createHash("sha1").update(source).digest("hex") };
      loaded.set(prelude, script);
    }
    return script;
  }

  return {
    file,
    args,
    async run(place, values) {
      const { redis, slotKey } = place;
      const { source, digest } = load(place);
      const list = args.map((argument) => values[argument]);
      try {
        return reply(await redis.evalsha(digest, 1, slotKey, ...list));
      } catch (error) {
        // A restarted or failed-over Redis has forgotten its scripts; EVAL teaches it again.
        if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
        return reply(await redis.eval(source, 1, slotKey, ...list));
      }
    },
  };
}
