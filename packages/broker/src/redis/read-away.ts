import type { Redis } from "ioredis";

/** What is taken at a time: a script must not hold Redis for long. */
const partSize = 500;

/** What a set holds, some at a time, as long as what was read is taken out before the next reading. */
export async function* readAway(client: Redis, key: string): AsyncGenerator<readonly string[]> {
  for (;;) {
    const members = await client.srandmember(key, partSize);
    if (members.length === 0) return;
    yield members;
  }
}
