import { lanes } from "../../lanes.ts";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import type { ConnectionBatch, ConnectionFacts, ConnectionWriter } from "../../connection-index.ts";
import type { EventPolicy } from "../../event-outbox.ts";
import { ServerIdentity } from "../channel/server-identity.ts";
import { connectionKeys } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { decodeFacts, endOfLost } from "./connection-entry.ts";
import { writeRecords, writeUsers } from "./write-lanes.ts";

export interface ConnectionWriterOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly tells: EventPolicy;
  /** Redis was away: what was written before may be gone. */
  readonly onRestored: () => void;
}

/** Connections of a dead node taken out at a time. */
const sweepSize = 500;

/** Over a connection of its own: herds that come and go do not hold up publications. */
export async function createRedisConnectionWriter(options: ConnectionWriterOptions): Promise<ConnectionWriter> {
  const { onRestored, tells } = options;
  const { prefix } = options.redis;
  const client = await openConnection({ ...options, role: "connections" });
  client.on("ready", onRestored);
  const identity = new ServerIdentity(client);

  /**
   * A client's record lies in the lane of the client, its user's entry in that of the user. The record is written first and taken out last: a gateway
   * that dies in between leaves a record without an entry, which its sweeper finds, and never an entry that nobody finds.
   */
  async function write({ open, subscriptions, closed, ...leases }: ConnectionBatch): Promise<number> {
    const server = identity.current ?? (await identity.read());
    const writing = { client, prefix, tells, server };
    const came = await writeRecords(writing, { ...leases, open, subscriptions });
    const users = await writeUsers(writing, { ...leases, open, closed });
    return came + users + (await writeRecords(writing, { ...leases, closed }));
  }

  return {
    write,
    async sweep(lease) {
      let swept = 0;
      for (const lane of lanes) {
        const key = connectionKeys(prefix, lane).recordsOf(lease);
        for (let left = await readSome(client, key); left.size > 0; left = await readSome(client, key)) {
          const closed = new Map(Array.from(left, ([id, facts]) => [id, { user: facts.user, end: endOfLost(facts) }]));
          await write({ lease, formerLease: undefined, open: new Map(), subscriptions: [], closed });
          swept += left.size;
        }
      }
      return swept;
    },
    close: () => closeConnection(client),
  };
}

/** Of a hash from which what was read is taken out before the next reading. */
async function readSome(client: Redis, key: string): Promise<Map<string, ConnectionFacts>> {
  // Names and values, one after the other; the type has room for what the command answers without values.
  const fields = (await client.hrandfield(key, sweepSize, "WITHVALUES")) as string[];
  const found = new Map<string, ConnectionFacts>();
  for (let index = 0; index < fields.length; index += 2) {
    found.set(fields[index] ?? "", decodeFacts(fields[index + 1] ?? ""));
  }
  return found;
}
