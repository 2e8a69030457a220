import { readFileSync } from "node:fs";
import { HubError } from "@switchyard/protocol/hub-error";
import { createLuaScript, type LuaScript, writeTogether } from "@switchyard/redis/lua-script";
import { failureForClients } from "@switchyard/redis/plain-words";
import type { Redis } from "ioredis";
import type { InboxUser } from "../inbox-user.ts";
import { inboxKeys } from "./inbox-keys.ts";
import type { PublishStep } from "./publish-step.ts";

/**
 * One Lua script of an inbox, with names instead of positions. The file's header states the same names in the same order behind
 * `terms` and `ttlMs`, which all have; a test holds the two together.
 */
export interface InboxScript<Argument extends string, Reply> {
  readonly file: URL;
  readonly args: readonly Argument[];
  /** @throws HubError 100, see {@link answered} */
  run(place: ScriptPlace, user: InboxUser, args: Readonly<Record<Argument, string | number>>): Promise<Reply>;
}

/** Where scripts run. */
export interface ScriptPlace {
  readonly redis: Redis;
  readonly prefix: string;
  readonly step: PublishStep;
  readonly ttlMs: number;
}

const chunk = new URL("./chunks/inbox.lua", import.meta.url);

export function defineScript<const Argument extends string, Reply>(definition: {
  readonly file: URL;
  readonly args: readonly Argument[];
  /** Turns the raw reply, whose texts are Buffers, into a named object. */
  readonly reply: (raw: unknown) => Reply;
}): InboxScript<Argument, Reply> {
  const { file, args, reply } = definition;
  const loaded = new Map<string, LuaScript>();

  // Read at the first run and not at import: importing a module does nothing.
  function load({ lua }: PublishStep): LuaScript {
    const known = loaded.get(lua);
    if (known !== undefined) return known;
    const script = createLuaScript([lua, read(chunk), read(file)].join("\n"));
    loaded.set(lua, script);
    return script;
  }

  return {
    file,
    args,
    async run({ redis, prefix, step, ttlMs }, user, values) {
      const { channel, keys } = inboxKeys(prefix, user);
      const { stream, meta } = step.keys(channel);
      const known = step.terms(redis, channel);
      // Awaited only where it must be: what is sent in one turn leaves in one write.
      const terms = typeof known === "string" ? known : await answered(known);
      writeTogether(redis);
      const list = [terms, ttlMs, ...args.map((argument) => values[argument])];
      return reply(await answered(load(step).runBuffer(redis, [...keys, stream, meta], list)));
    },
  };
}

function read(file: URL): string {
  return readFileSync(file, "utf8");
}

/**
 * The answer of Redis, or the one error for its absence and for an answer that is an error. Whether what was asked for may have
 * been done all the same is told by the `cause` (`fateOf`); everything here may be repeated.
 * @throws HubError 100, which is temporary
 */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw new HubError("internal", failureForClients(error), { cause: error });
  }
}
