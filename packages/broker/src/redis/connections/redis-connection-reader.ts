import { laneOf } from "../../lanes.ts";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import {
  connectionPageMax,
  type ConnectionPage,
  type ConnectionReader,
  type ConnectionRecord,
  type UserPage,
  type UserStatus,
} from "../../connection-index.ts";
import { answered } from "../answered.ts";
import { connectionKeys, nodeKeys } from "../keys.ts";
import { listLeasesScript } from "../nodes/node-scripts.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { decodeConnection, parseUserEntry, userEntryPrefix } from "./connection-entry.ts";
import { ConnectionCursor } from "./connection-cursor.ts";

export interface ConnectionReaderOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}

/** For processes that answer who is connected. */
export async function createRedisConnectionReader(options: ConnectionReaderOptions): Promise<ConnectionReader> {
  const client = await openConnection({ ...options, role: "connections" });
  const reading = readConnectionsOver(client, options.redis.prefix);
  return {
    one: (id) => answered(reading.one(id)),
    ofUser: (user, page) => answered(reading.ofUser(user, page)),
    page: (cursor, limit) => answered(reading.page(cursor, limit)),
    status: (users) => answered(reading.status(users)),
    close: () => closeConnection(client),
  };
}

/** Reading over a connection that is already there. */
function readConnectionsOver(client: Redis, prefix: string): Omit<ConnectionReader, "close"> {
  /** Asked each time: a cache would add its age to the ghosts, and miss a node that is younger than it. */
  const liveLeases = () => listLeasesScript.run(client, { keys: { expiry: nodeKeys(prefix).expiry }, args: {} });

  async function recordAt(id: string, lease: string): Promise<ConnectionRecord | undefined> {
    const json = await client.hget(connectionKeys(prefix, laneOf(id)).recordsOf(lease), id);
    return json === null ? undefined : decodeConnection(id, lease, json);
  }

  async function entriesOf(
    live: ReadonlySet<string>,
    user: string,
    { after, limit = connectionPageMax }: UserPage = {},
  ) {
    const { users } = connectionKeys(prefix, laneOf(user));
    const begin = userEntryPrefix(user);
    const last = Buffer.concat([Buffer.from(`[${begin}`), Buffer.of(0xff)]);
    const found: { client: string; lease: string }[] = [];
    let from = after;
    for (;;) {
      // Behind every lease of the client, and before the next client.
      const first = from === undefined ? `[${begin}` : `(${begin}${from}!`;
      const texts = await client.zrange(users, first, last, "BYLEX", "LIMIT", 0, limit);
      const entries = texts.map((text) => parseUserEntry(text, user));
      found.push(...entries.filter(({ lease }) => live.has(lease)));
      // Where a page is full of what a dead node has left, there may be more behind it.
      if (entries.length < limit || found.length >= limit) return found.slice(0, limit);
      from = entries.at(-1)?.client;
    }
  }

  async function status(live: ReadonlySet<string>, name: string): Promise<UserStatus> {
    const user = name.toWellFormed();
    const { users, seen } = connectionKeys(prefix, laneOf(user));
    const begin = Buffer.from(`[${userEntryPrefix(user)}`);
    const [entries, total] = await Promise.all([
      entriesOf(live, user),
      client.zlexcount(users, begin, Buffer.concat([begin, Buffer.of(0xff)])),
    ]);
    // Behind the reading that says that nobody is left: the step that took the last one out has written this as well.
    const seenMs = entries.length > 0 ? null : await client.zscore(seen, user);
    // Beyond a page those of a dead node count until it is swept.
    const connections = entries.length + Math.max(0, total - connectionPageMax);
    const lastSeenMs = connections > 0 || seenMs === null ? undefined : Number(seenMs);
    return { online: connections > 0, connections, lastSeenMs };
  }

  return {
    async one(id) {
      const found = await Promise.all(Array.from(await liveLeases(), (lease) => recordAt(id, lease)));
      return found.find((record) => record !== undefined);
    },
    async ofUser(name, page) {
      const entries = await entriesOf(await liveLeases(), name.toWellFormed(), page);
      const records = await Promise.all(entries.map(({ client: id, lease }) => recordAt(id, lease)));
      return records.filter((record) => record !== undefined);
    },
    async page(text, limit) {
      const cursor = ConnectionCursor.parse(text);
      if (cursor === undefined) throw new HubError("badRequest", "cursor: is none that a part of this list ended with");
      return readPage(client, { prefix, cursor, limit, leases: [...(await liveLeases())].toSorted() });
    },
    async status(users) {
      // Once for all of them.
      const live = await liveLeases();
      return Promise.all(users.map((user) => status(live, user)));
    },
  };
}

interface PageAsked {
  readonly prefix: string;
  readonly cursor: ConnectionCursor;
  readonly limit: number;
  readonly leases: readonly string[];
}

/** Lane by lane, in each the hash of each lease, as far as the limit goes. */
async function readPage(client: Redis, { prefix, cursor, limit, leases }: PageAsked): Promise<ConnectionPage> {
  const connections: ConnectionRecord[] = [];
  let place: ConnectionCursor | undefined = cursor.among(leases);
  while (place !== undefined && connections.length < limit) {
    const { lane, lease, scan } = place;
    const key = connectionKeys(prefix, lane).recordsOf(lease);
    const [next, fields] = await client.hscan(key, scan, "COUNT", Math.min(scanSize, limit));
    for (let index = 0; index < fields.length; index += 2) {
      connections.push(decodeConnection(fields[index] ?? "", lease, fields[index + 1] ?? "{}"));
    }
    place = place.behind(next, leases);
  }
  return { connections, next: place?.toString() };
}

/** Records asked for at a time: a hash read in one piece would hold up everybody else's commands. */
const scanSize = 200;
