import { parseExactJson } from "@switchyard/protocol/exact-json";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Control } from "../../control.ts";
import { channelListMax, channelListMaxBytes, type ConnectionAnswer } from "../../node-command.ts";
import { receiptsOver } from "./receipts.ts";
import { openNodeLine } from "./redis-node-line.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { publishOver, type RedisPublisherOptions } from "../channel/redis-publisher.ts";
import { RedisSubscriber } from "../channel/redis-subscriber.ts";

/** The asking side: a process that owns no connections and wants something of those who do. */
export async function createRedisControl(options: RedisPublisherOptions): Promise<Control> {
  const { redis, logger } = options;
  const commands = await openConnection({ redis, logger, role: "control" });
  const connection = await openConnection({ redis, logger, role: "subscriber" });
  const subscriber = new RedisSubscriber({
    connection,
    prefix: redis.prefix,
    logger,
    onPublication: () => 0,
    onRestored: () => undefined,
  });
  subscriber.start();
  const line = await openNodeLine({ commands, subscriber, prefix: redis.prefix });

  return {
    ...receiptsOver(publishOver(commands, options), line),
    ask: (command, asked) => line.ask(command, asked),
    async listChannels(pattern) {
      const { answers, details } = await line.collect({ kind: "channels", pattern });
      const { nodes, answered } = answers;
      return { nodes, answered, channels: sumChannels(details) };
    },
    async askConnection(question, node) {
      const nodes = node === undefined ? {} : { nodes: [node] };
      const { answers, details } = await line.collect({ kind: "connection", ...question }, { ...nodes, enough: 1 });
      const [detail] = details;
      if (detail !== undefined) return parseExactJson(detail) as ConnectionAnswer;
      return answers.answered < answers.nodes ? "silent" : "gone";
    },
    async close() {
      subscriber.close();
      await closeConnection(commands);
    },
  };
}

/** A node's answer; one that would be too large says so instead. */
export function encodeChannelList(channels: readonly (readonly [string, number])[]): string {
  const text = JSON.stringify(channels);
  return Buffer.byteLength(text) > channelListMaxBytes ? tooLarge : text;
}

const tooLarge = "null";

function sumChannels(details: readonly string[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const detail of details) {
    const listed = JSON.parse(detail) as [string, number][] | null;
    if (listed === null || listed.length > channelListMax) {
      throw new HubError(
        "limitExceeded",
        `pattern: more than ${channelListMax} channels of one gateway match, or ${channelListMaxBytes} bytes of names; narrow it, to a namespace as a rule`,
      );
    }
    for (const [channel, count] of listed) sums.set(channel, (sums.get(channel) ?? 0) + count);
  }
  return sums;
}
