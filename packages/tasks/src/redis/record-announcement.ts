import { type LuaConstants, readChunk } from "./lua-chunk.ts";

/**
 * How a change of a record becomes known, in the very script that makes it: a piece of Lua, supplied by whoever composes
 * tasks with channels, that defines
 *
 * ```lua
 * local function announceRecord(id, seq, body, nowMs, place, unsaid) … return place end
 * local function recordChannel(id) … return name end
 * local function recordIsWatched(id, isNew) … return false end
 * local function anyIsWatched(ids) … return false end
 * ```
 *
 * where id, seq and nowMs are texts, body is the record as JSON, and place is what it has returned when it announced the record
 * last, or an empty text: it is kept with the record, see task-record-key.ts. Where unsaid is given, what is to be published on that name is put at the
 * end of its lists `names` and `messages`, and published by the script if somebody listens. Of a first attempt's start, and of a new task, nobody is
 * told unless the record is watched; both are seen by who reads. They may use any name that is not already taken by the
 * pieces they stand between and must not fail: a script that stops half way leaves what it has written. The keys they touch
 * begin with the hash tag of tasks.
 */
export interface RecordAnnouncement {
  readonly lua: string;
}

/** An announcement in a file of its own, with constants it needs. */
export function readAnnouncement(file: URL, constants: LuaConstants): RecordAnnouncement {
  return { lua: readChunk(file, constants) };
}
