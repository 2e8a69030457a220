import type { Redis } from "ioredis";
import { leftKey } from "../keys.ts";

/** Whoever looks does so every ten seconds; an hour outlasts an outage between two looks. */
const keptSeconds = 3_600;

interface Named {
  readonly uid: string;
}

/** What a process that leaves says last, before it is off the list: whoever misses it then finds that it has not died. */
export async function sayLastWords(client: Redis, prefix: string, last: Named): Promise<void> {
  await client.set(leftKey(prefix, last.uid), JSON.stringify(last), "EX", keptSeconds);
}

/** By uid, of those that have left by themselves. */
export async function readLastWords<Left extends Named>(
  client: Redis,
  prefix: string,
  uids: readonly string[],
): Promise<ReadonlyMap<string, Left>> {
  if (uids.length === 0) return new Map();
  const found = await client.mget(uids.map((uid) => leftKey(prefix, uid)));
  const left = found.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Left]));
  return new Map(left.map((one) => [one.uid, one]));
}
