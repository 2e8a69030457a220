import type { Redis } from "ioredis";
import type { ConnectionQuestion, NodeCommand, Uplink } from "../../node-command.ts";
import type { AskOptions, NodeLine } from "../../node-line.ts";
import { type AnswerInbox, createAnswerInbox, type CollectedAnswers } from "./answer-inbox.ts";
import { answered } from "../answered.ts";
import { controlName, nodeName } from "../keys.ts";
import type { RedisSubscriber } from "../channel/redis-subscriber.ts";

/** What travels to nodes. Without `answerTo` nobody waits for an answer. */
export interface ControlMessage {
  readonly answerTo?: string;
  readonly command: NodeCommand | Uplink | ConnectionQuestion | { readonly kind: "channels"; readonly pattern: string };
}

/** The asking side, with what only this package asks. */
export interface OpenNodeLine extends NodeLine {
  collect(command: ControlMessage["command"], options?: AskOptions): Promise<CollectedAnswers>;
  /** Where answers to a question come that travels by another way. */
  readonly openQuestion: AnswerInbox["open"];
  /** An answer this process would send to itself. */
  readonly takeAnswer: AnswerInbox["take"];
}

export interface NodeLineOptions {
  readonly commands: Redis;
  readonly subscriber: RedisSubscriber;
  readonly prefix: string;
}

export async function openNodeLine({ commands, subscriber, prefix }: NodeLineOptions): Promise<OpenNodeLine> {
  const inbox = await createAnswerInbox(subscriber, prefix);

  /** To how many Redis has handed it; by one connection, so what is sent first is heard first. */
  async function send(names: readonly string[], message: ControlMessage): Promise<number> {
    const payload = JSON.stringify(message);
    const heard = await answered(Promise.all(names.map((name) => commands.publish(name, payload))));
    return heard.reduce((sum, count) => sum + count, 0);
  }

  async function collect(
    command: ControlMessage["command"],
    { nodes, ...patience }: AskOptions = {},
  ): Promise<CollectedAnswers> {
    const question = inbox.open();
    const names = nodes?.map((node) => nodeName(prefix, node)) ?? [controlName(prefix)];
    try {
      return await question.collect(await send(names, { answerTo: question.address, command }), patience);
    } catch (error) {
      question.drop();
      throw error;
    }
  }

  return {
    collect,
    openQuestion: () => inbox.open(),
    takeAnswer: (name, payload) => inbox.take(name, payload),
    ask: async (command, options) => (await collect(command, options)).answers,
  };
}
