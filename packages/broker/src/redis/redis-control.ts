import { HubError } from "@switchyard/protocol/hub-error";
import type { Publisher } from "../broker.ts";
import type { Control, NodeCommand } from "../control.ts";
import { createAnswerInbox } from "./answer-inbox.ts";
import { openConnection } from "./open-connection.ts";
import { controlName } from "./keys.ts";
import { publishOver, type RedisPublisherOptions } from "./redis-publisher.ts";
import { RedisSubscriber } from "./redis-subscriber.ts";

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
  const inbox = await createAnswerInbox(subscriber, redis.prefix);
  const publisher: Publisher = publishOver(commands, options);

  return {
    async ask(command) {
      const { address, collect, drop } = inbox.open();
      const payload = JSON.stringify({ answerTo: address, command } satisfies ControlMessage);
      try {
        return await collect(await commands.publish(controlName(redis.prefix), payload));
      } catch (error) {
        drop();
        throw new HubError("internal", "Redis does not answer; try again", { cause: error });
      }
    },
    async publishWithReceipt(channel, body, publishOptions) {
      const { address, collect, drop } = inbox.open();
      try {
        const result = await publisher.publish(channel, body, { ...publishOptions, receiptTo: address });
        return { ...result, receipt: await collect(result.nodes) };
      } catch (error) {
        drop();
        throw error;
      }
    },
    async close() {
      subscriber.close();
      await commands.quit().catch(() => commands.disconnect());
    },
  };
}

/** What travels on the control name. */
export interface ControlMessage {
  readonly answerTo: string;
  readonly command: NodeCommand;
}
