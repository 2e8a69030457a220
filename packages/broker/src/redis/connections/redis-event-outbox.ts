import { lanes } from "../../lanes.ts";
import { randomUUID } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { EventBatch, EventOutbox, EventPolicy, WrittenEvent } from "../../event-outbox.ts";
import { ServerIdentity } from "../channel/server-identity.ts";
import { connectionKeys, goneReceiverKey } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { finishOutboxScript, takeOutboxScript } from "./connection-scripts.ts";
import { packFields } from "./connection-entry.ts";

export interface EventOutboxOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly tells: Pick<EventPolicy, "laneMaxBytes">;
  /** Names of all that are told of anything. */
  readonly receivers: readonly string[];
}

/** One batch is one request to a receiver, and one task of the queue. */
const batchMax = { eventsMax: 100, bytesMax: 65_536 };

/** What has happened, for the processes that pass it on. Any number of them may ask. */
export async function createRedisEventOutbox(options: EventOutboxOptions): Promise<EventOutbox> {
  const { prefix } = options.redis;
  const client = await openConnection({ ...options, role: "connections" });
  const identity = new ServerIdentity(client);
  const receivers = packFields(options.receivers);
  return {
    lanes,
    async take(lane) {
      const { users, seen, channels, due, waiting, meta, dropped, batch } = connectionKeys(prefix, lane);
      const server = identity.current ?? (await identity.read());
      const { laneMaxBytes: maxBytes } = options.tells;
      const args = { newId: `evb_${randomUUID()}`, ...batchMax, receivers, server, maxBytes };
      const keys = { users, seen, channels, due, waiting, meta, dropped, batch };
      return decodeBatch(await takeOutboxScript.run(client, { keys, args }));
    },
    async done(lane, { id, dropped: untold }, { told, lost }) {
      const { batch, dropped } = connectionKeys(prefix, lane);
      const changes = new Map(lost);
      for (const [receiver, count] of untold) {
        if (told.has(receiver)) changes.set(receiver, (changes.get(receiver) ?? 0) - count);
      }
      const texts = Array.from(changes, ([receiver, count]) => [receiver, String(count)]).flat();
      await finishOutboxScript.run(client, { keys: { batch, dropped }, args: { id, changes: packFields(texts) } });
    },
    async lose(lane, receiver, events) {
      await client.hincrby(connectionKeys(prefix, lane).dropped, receiver, events);
    },
    async gone() {
      const { receivers: names } = options;
      const marks = await client.mget(names.map((name) => goneReceiverKey(prefix, name)));
      return new Map(names.flatMap((name, index) => (marks[index] == null ? [] : [[name, marks[index]] as const])));
    },
    async markGone(receiver, mark) {
      return (await client.set(goneReceiverKey(prefix, receiver), mark, "GET")) !== mark;
    },
    close: () => closeConnection(client),
  };
}

function decodeBatch([id, timeMs, eventsJson, droppedJson]: readonly Buffer[]): EventBatch | undefined {
  if (id === undefined || timeMs === undefined || eventsJson === undefined || droppedJson === undefined)
    return undefined;
  const dropped = JSON.parse(droppedJson.toString()) as string[];
  return {
    id: id.toString(),
    timeMs: Number(timeMs),
    events: (JSON.parse(eventsJson.toString()) as string[]).map(decodeEvent),
    dropped: new Map(
      dropped.flatMap((receiver, index) => (index % 2 === 0 ? [[receiver, Number(dropped[index + 1])] as const] : [])),
    ),
  };
}

/** As chunks/outbox.lua writes it. */
function decodeEvent(text: string): WrittenEvent {
  const newline = text.indexOf("\n");
  return { type: text.slice(0, newline), json: text.slice(newline + 1) };
}
