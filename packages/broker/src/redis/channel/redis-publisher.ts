import { encodePublicationBody } from "@switchyard/protocol/publication-body";
import { redisFailure } from "@switchyard/redis/plain-words";
import { wellFormedJson } from "@switchyard/protocol/well-formed-json";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import type { HistoryReader, Publisher, PublishOptions } from "../../broker.ts";
import type { ChannelRules } from "../../channel-rules.ts";
import { answered } from "../answered.ts";
import { deltaMark } from "./envelope.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { channelKeys, idempotencyKey } from "../keys.ts";
import { createHistoryQueue } from "./history-queue.ts";
import { removeHistoryScript } from "./history-script.ts";
import { createPlaceFinder, optionsOf, type PublishPlace } from "./publish-place.ts";
import { createPublishQueue } from "./publish-queue.ts";
import type { MoreOfPublication } from "./publish-script.ts";
import { ServerIdentity } from "./server-identity.ts";

/** The half of a broker that needs no subscriber connection: for processes that publish and read but own no sockets. */
export interface RedisPublisher extends Publisher, HistoryReader {
  /** Undefined when Redis answers within 2 s, else the reason. */
  check(): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface RedisPublisherOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly rules: ChannelRules;
}

const idempotencyTtlMs = 300_000;

export async function createRedisPublisher(options: RedisPublisherOptions): Promise<RedisPublisher> {
  const client = await openConnection({ ...options, role: "publisher" });
  return {
    ...publishOver(client, options),
    async check() {
      return client.ping().then(() => undefined, redisFailure);
    },
    close: () => closeConnection(client),
  };
}

/** Publishing and reading over a connection that is already there. */
export function publishOver(
  client: Redis,
  { redis, rules }: Pick<RedisPublisherOptions, "redis" | "rules">,
): Publisher & HistoryReader {
  const identity = new ServerIdentity(client);
  const publishInTurn = createPublishQueue(client, identity);
  const readInTurn = createHistoryQueue(client, identity, rules.historyMaxBytes);
  const placeOf = createPlaceFinder(redis.prefix, rules);
  return {
    async publish(channel, body, options = {}) {
      const place = placeOf(channel);
      return publishInTurn({
        keys: place.keys,
        // What is stored is Unicode whoever made it: PHP's decoder makes nothing of a text with half a surrogate pair.
        body: wellFormedJson(encodePublicationBody(body)),
        terms: options.skipHistory === true ? place.passingTerms : place.keptTerms,
        more: moreOf(options, place, redis.prefix),
      });
    },
    async history(channel, { limit, sinceOffset = -1, reverse = false }) {
      const { historyMetaTtlMs } = optionsOf(channel, rules);
      const terms = `${limit} ${sinceOffset} ${reverse ? 1 : 0} ${historyMetaTtlMs}`;
      return readInTurn({ keys: channelKeys(redis.prefix, channel), terms });
    },
    async removeHistory(channel) {
      const { stream, meta, state } = channelKeys(redis.prefix, channel);
      const metaTtlMs = optionsOf(channel, rules).historyMetaTtlMs;
      await answered(removeHistoryScript.run(client, { keys: { stream, meta, state }, args: { metaTtlMs } }));
    },
  };
}

/** Undefined where nothing is asked for that the script does not do by itself. */
function moreOf(options: PublishOptions, place: PublishPlace, prefix: string): MoreOfPublication | undefined {
  const { idempotencyKey: key, version = 0, receiptTo = "", exclude = "", versionEpoch = "", delta = false } = options;
  const { channel, keys } = place;
  const mark = delta || place.options.delta_publish ? deltaMark : "";
  const isPlain = key === undefined && version === 0 && `${receiptTo}${exclude}${versionEpoch}${mark}` === "";
  if (isPlain && keys.state === keys.meta) return undefined;
  return {
    remembered: key === undefined ? keys.meta : idempotencyKey(prefix, channel, key),
    idempotencyTtlMs: key === undefined ? 0 : (options.idempotencyTtlMs ?? idempotencyTtlMs),
    version,
    receiptTo,
    exclude,
    versionEpoch,
    mark,
  };
}
