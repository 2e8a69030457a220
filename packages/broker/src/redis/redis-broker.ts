import { parseExactJson } from "@switchyard/protocol/exact-json";
import type { Broker, OnPublication } from "../broker.ts";
import type { CommandHandler } from "../node-command.ts";
import type { OnPresence } from "../presence.ts";
import { encodeAnswer } from "./control/answer-inbox.ts";
import { closeConnection, openConnection } from "./open-connection.ts";
import { controlName, nodeName } from "./keys.ts";
import { receiptsOver } from "./control/receipts.ts";
import { type ControlMessage, openNodeLine } from "./control/redis-node-line.ts";
import { encodeChannelList } from "./control/redis-control.ts";
import { publishOver, type RedisPublisherOptions } from "./channel/redis-publisher.ts";
import { RedisSubscriber } from "./channel/redis-subscriber.ts";
import { startSubscriberProbe } from "./channel/subscriber-probe.ts";

export interface RedisBrokerOptions extends RedisPublisherOptions {
  readonly onPublication: OnPublication;
  /** Default: nobody is told. */
  readonly onPresence?: OnPresence;
  /** Publications may have been missed: check the position of everything that must not miss any. */
  readonly onRestored: () => void;
}

/** A broker over one Redis: a connection for commands and one for pub/sub. */
export async function createRedisBroker(options: RedisBrokerOptions): Promise<Broker> {
  const { redis, logger, onPublication, onRestored, onPresence } = options;
  const { prefix } = redis;
  const commands = await openConnection({ redis, logger, role: "publisher" });
  const connection = await openConnection({ redis, logger, role: "subscriber" });

  /** Best effort: whoever asked goes on without an answer that is lost. */
  function answer(address: string | undefined, connections: number, detail?: string): void {
    if (address === undefined) return;
    const { name, payload } = encodeAnswer(address, connections, detail);
    // A gateway that asks is as a rule one of those that answer, and needs no Redis to tell itself.
    if (line.takeAnswer(name, payload)) return;
    commands.publish(name, payload).catch(() => undefined);
  }

  let brokenMs: number | undefined;
  for (const one of [commands, connection]) one.on("close", () => (brokenMs = performance.now()));
  const subscriber = new RedisSubscriber({
    connection,
    prefix,
    logger,
    onPublication,
    onReceipt: answer,
    onRestored() {
      brokenMs = performance.now();
      onRestored();
    },
    ...(onPresence === undefined ? {} : { onPresence }),
  });
  subscriber.start();
  const line = await openNodeLine({ commands, subscriber, prefix });
  const probe = await startSubscriberProbe({ commands, subscriber, prefix, logger });
  const publisher = publishOver(commands, options);

  return {
    ...publisher,
    ...receiptsOver(publisher, line),
    subscribe: (channel) => subscriber.subscribe(channel),
    unsubscribe: (channel) => subscriber.unsubscribe(channel),
    hearing: (channel) => subscriber.hearing(channel),
    ask: (command, asked) => line.ask(command, asked),
    async answerCommands(node, handler) {
      const hear = (payload: Buffer) => {
        // Exact, because a command may carry a back end's `info`, which clients are shown as it was sent.
        const { answerTo, command } = parseExactJson(payload.toString()) as ControlMessage;
        answer(answerTo, ...answerOf(command, handler));
      };
      await Promise.all([controlName(prefix), nodeName(prefix, node)].map((name) => subscriber.listen(name, hear)));
    },
    status: () => probe.status(),
    get probeTimeouts() {
      return probe.timeouts;
    },
    get lastSilenceMs() {
      const times = [probe.lastTimeoutMs, brokenMs].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.max(...times);
    },
    async close() {
      probe.close();
      subscriber.close();
      await closeConnection(commands);
    },
  };
}

/** How many connections it concerned, and what there is to say beside. */
function answerOf(command: ControlMessage["command"], handler: CommandHandler): [connections: number, detail?: string] {
  switch (command.kind) {
    case "channels":
      return [0, encodeChannelList(handler.listChannels(command.pattern))];
    case "connection": {
      const found = handler.answer(command);
      return found === undefined ? [0] : [1, JSON.stringify(found)];
    }
    case "uplink":
      return [handler.take(command)];
    default:
      return [handler.apply(command)];
  }
}
