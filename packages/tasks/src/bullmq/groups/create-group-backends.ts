import { type BackendFactory, type ConnectionOptions, QueueKeys, RedisConnection } from "bullmq";
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { workerConnectionName } from "../stranger-watch.ts";
import { GroupBackend } from "./group-backend.ts";
import { groupConstants } from "./group-constants.ts";
import { groupPlace } from "./group-place.ts";
import { readStockScripts } from "./stock-scripts.ts";
import { type GroupLua, wrappedScripts, wrapScript } from "./wrap-script.ts";

export interface GroupBackendOptions {
  /** The connection of the queue or worker this backend is for. */
  readonly connection: Redis;
  readonly keys: TaskKeys;
  /** Lua functions of records, see `recordPrelude`. */
  readonly prelude: string;
  readonly logger?: Logger;
}

/** A factory as BullMQ's `Queue` and `Worker` take it. @throws StartupError on a BullMQ these groups do not know. */
export function createGroupBackends(from: GroupBackendOptions): BackendFactory<GroupBackend> {
  const { connection, keys, prelude, logger } = from;
  const stock = readStockScripts();
  const place = groupPlace(connection, keys, prelude);
  return (name, options, { withBlockingConnection = false } = {}) => {
    const { prefix, concurrency = 1 } = options as { readonly prefix?: string; readonly concurrency?: number };
    const queueKeys = new QueueKeys(prefix);
    const constants = groupConstants(keys);
    // One connection may serve several queues, and each has scripts of its own.
    const tag = createHash("sha256")
      .update(JSON.stringify([constants, prelude]))
      .digest("hex")
      .slice(0, 12);
    const commands = commandsOf(tag, { prelude, constants, stock });
    const shared = connection as unknown as ConnectionOptions;
    return new GroupBackend(
      { tag, concurrency, logger, connection, place },
      new (connectionWith(commands))(shared, { shared: true, blocking: false }),
      name,
      queueKeys.getKeys(name),
      (type) => queueKeys.toKey(name, type),
      options,
      withBlockingConnection ? blockingConnection(connection, workerConnectionName(prefix ?? "", name)) : undefined,
    );
  };
}

type Commands = Readonly<Record<string, { name: string; keys: number; content: string }>>;

/** Put together once for the queue and the worker of a process: it takes 20 ms. */
const known = new Map<string, Commands>();

function commandsOf(tag: string, lua: GroupLua): Commands {
  let commands = known.get(tag);
  if (commands === undefined) {
    const scripts = namesOf(wrappedScripts).map((name) => ({
      name: tag + name,
      // What is sent by us alone makes its keys itself.
      keys: name === "moveToFinished" ? 1 : lua.stock.get(name).keys,
      content: wrapScript(name, lua),
    }));
    commands = Object.fromEntries(scripts.map((script) => [script.name.slice(tag.length), script]));
    known.set(tag, commands);
  }
  return commands;
}

/**
 * The commands come by closure: BullMQ's constructor begins to load them before a field of a subclass exists.
 */
function connectionWith(commands: Commands): typeof RedisConnection {
  return class GroupConnection extends RedisConnection {
    protected override loadCommands(version: string, provided?: Commands): void {
      super.loadCommands(version, provided);
      super.loadCommands(version, commands);
    }
  };
}

/** For the blocking read alone, as BullMQ's own factory makes it; the name is what `getWorkers` looks for. */
function blockingConnection(connection: Redis, connectionName: string): RedisConnection {
  const duplicate = connection.duplicate({ connectionName }) as unknown as ConnectionOptions;
  return new RedisConnection(duplicate, { shared: false, blocking: true });
}

function namesOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}
