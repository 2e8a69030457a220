import { readFileSync } from "node:fs";
import { createLuaScript } from "@switchyard/redis/lua-script";
import type { Redis } from "ioredis";
import type { NotificationEntry, NotificationLog } from "../notification-log.ts";

type Verdict = Awaited<ReturnType<NotificationLog["note"]>>;

export interface NoteCall {
  readonly keys: { readonly entry: string; readonly recipients: string };
  readonly entry: NotificationEntry;
  readonly ttlMs: number;
}

/** Apart from the scripts of inboxes, as it works in the slot of a notification. */
export function createNote(redis: Redis): (call: NoteCall) => Promise<Verdict> {
  const script = createLuaScript(readFileSync(new URL("./scripts/note-notification.lua", import.meta.url), "utf8"));
  return async ({ keys, entry: { digest, users, outcomes }, ttlMs }) => {
    const pairs = users.flatMap((user) => [user, outcomes?.get(user) ?? ""]);
    return (await script.run(redis, [keys.entry, keys.recipients], [digest, ttlMs, ...pairs])) as Verdict;
  };
}
