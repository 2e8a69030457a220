import type { Broker, OnPublication } from "../broker.ts";
import { connectRedis } from "./connect-redis.ts";
import { publishOver, type RedisPublisherOptions } from "./redis-publisher.ts";
import { RedisSubscriber } from "./redis-subscriber.ts";

export interface RedisBrokerOptions extends RedisPublisherOptions {
  readonly onPublication: OnPublication;
  /** Publications may have been missed: check the position of everything that must not miss any. */
  readonly onRestored: () => void;
}

const probeTimeoutMs = 2_000;

/** A broker over one Redis: a connection for commands and one for pub/sub. */
export async function createRedisBroker(options: RedisBrokerOptions): Promise<Broker> {
  const { redis, logger, onPublication, onRestored } = options;
  const commands = await connectRedis({ redis, logger, role: "publisher" });
  const connection = await connectRedis({ redis, logger, role: "subscriber" });
  const subscriber = new RedisSubscriber({ connection, prefix: redis.prefix, logger, onPublication, onRestored });
  await subscriber.start();
  return {
    ...publishOver(commands, options),
    subscribe: (channel) => subscriber.subscribe(channel),
    unsubscribe: (channel) => subscriber.unsubscribe(channel),
    check: () =>
      subscriber.probe(commands, probeTimeoutMs).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    async close() {
      subscriber.close();
      await commands.quit().catch(() => commands.disconnect());
    },
  };
}
