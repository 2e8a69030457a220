import { type LuaConstants, readChunk } from "./lua-chunk.ts";

/**
 * How a change of a record becomes known, in the very script that makes it: a piece of Lua, supplied by whoever composes
 * tasks with channels, that defines
 *
 * ```lua
 * local function announceRecord(id, seq, body, nowMs, place) … return place end
 * ```
 *
 * where id, seq and nowMs are texts, body is the record as JSON, and place is what it has returned when it announced the record
 * last, or an empty text: it is kept with the record, see task-record-key.ts. It may use any name that is not already taken by the
 * pieces it stands between and must not fail: a script that stops half way leaves what it has written. The keys it touches
 * begin with the hash tag of tasks.
 */
export interface RecordAnnouncement {
  readonly lua: string;
}

/** An announcement in a file of its own, with constants it needs. */
export function readAnnouncement(file: URL, constants: LuaConstants): RecordAnnouncement {
  return { lua: readChunk(file, constants) };
}
