import type { Redis } from "ioredis";

/**
 * How a change of an inbox becomes a publication, in the very script that makes the change: a piece of Lua, supplied by whoever
 * composes inboxes with channels, so that only channels know how a channel is kept. It defines
 *
 * ```lua
 * local function publishStep(stream, meta, terms, data) … return offset, epoch, nodes end  -- data: JSON
 * local function positionStep(stream, meta, terms, isKept) … return offset, epoch end      -- isKept: make an epoch where there is none
 * local function forgetStep(stream, meta) … end                                            -- what was published, not the position
 * ```
 *
 * and fails at nothing: a script that stops half way leaves what it has written.
 */
export interface PublishStep {
  readonly lua: string;
  /** Its keys, in the channel's slot. */
  keys(channel: string): { readonly stream: string; readonly meta: string };
  /** What its functions take as `terms`, for one script that is sent over this connection now. */
  terms(redis: Redis, channel: string): string | Promise<string>;
}
