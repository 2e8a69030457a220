import type { TaskId } from "@switchyard/protocol/task-id";
import { createLuaScript, type LuaScript } from "@switchyard/redis/lua-script";
import type { Redis } from "ioredis";
import type { allGroups, GroupName } from "../group-name.ts";
import type { ScheduleId } from "../ids-from-outside.ts";
import { inlineLocals, type LuaConstants, readChunk } from "./lua-chunk.ts";
import { deferSeldom } from "./seldom-functions.ts";

/**
 * One Lua script with names instead of positions. The file's header states the same names in the same order; a test holds
 * the two together.
 */
export interface Script<Argument extends string, Reply> {
  readonly file: URL;
  readonly args: readonly Argument[];
  /** @throws ReplyError from Redis, or the connection's error. */
  run(place: ScriptPlace, args: ScriptValues<Argument>): Promise<Reply>;
}

/** What keys are made of has been checked: an `id` is a task's, a `group` a group's, a `schedule` a schedule's. */
type ScriptValues<Argument extends string> = {
  readonly [Name in Argument]: Name extends "id"
    ? TaskId
    : Name extends "group"
      ? GroupName | typeof allGroups
      : Name extends "schedule"
        ? ScheduleId
        : string | number;
};

/** Where scripts run. */
export interface ScriptPlace {
  readonly redis: Redis;
  /** The Lua that stands before the file's own. */
  readonly prelude: string;
  /** For the file's own Lua. */
  readonly constants?: LuaConstants;
  /** Any key of the slot they work in. */
  readonly slotKey: string;
}

/** The first line of a script that Redis runs although it is full. */
export const allowOom = "#!lua flags=allow-oom\n";

/**
 * The keys a script touches follow from ids, many of which it finds only while it runs, so it is not given them but makes
 * them. All share the queue's hash tag and lie in the slot of the one key that is declared.
 */
export function defineScript<const Argument extends string, Reply>(definition: {
  readonly file: URL;
  readonly args: readonly Argument[];
  readonly reply: (raw: unknown) => Reply;
  /** It makes room, or puts in order what is there: Redis may be full. */
  readonly goesOnWhenFull?: boolean;
}): Script<Argument, Reply> {
  const { file, args, reply, goesOnWhenFull = false } = definition;
  const loaded = new Map<string, LuaScript>();

  // Read at the first run and not at import: importing a module does nothing.
  function load({ prelude, constants }: ScriptPlace): LuaScript {
    let script = loaded.get(prelude);
    if (script === undefined) {
      script = createLuaScript(
        (goesOnWhenFull ? allowOom : "") + inlineLocals(deferSeldom(prelude, readChunk(file, constants))),
      );
      loaded.set(prelude, script);
    }
    return script;
  }

  return {
    file,
    args,
    async run(place, values) {
      const list = args.map((argument) => values[argument]);
      return reply(await load(place).run(place.redis, [place.slotKey], list));
    },
  };
}
