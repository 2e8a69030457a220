import { randomUUID } from "node:crypto";
import type { AskOptions, NodeAnswers } from "../../node-line.ts";
import { inboxName } from "../keys.ts";
import type { RedisSubscriber } from "../channel/redis-subscriber.ts";

/** Where nodes answer one process: a pub/sub name of its own, and one entry per question under way. */
export interface AnswerInbox {
  /**
   * `address` goes out with the question. `collect` resolves when `nodes` answers have come, or enough of them, or at the
   * deadline; answers may come before it is called, since the number of nodes is known only when Redis has answered.
   */
  open(): {
    readonly address: string;
    readonly collect: (nodes: number, patience?: Patience) => Promise<CollectedAnswers>;
    /** Instead of `collect`, when the question could not be asked. */
    readonly drop: () => void;
  };
  /** An answer of this process' own; false where it is for another one. */
  take(name: string, payload: string): boolean;
}

/** How long to wait for answers. */
type Patience = Pick<AskOptions, "timeoutMs" | "enough">;

/** `details` is what nodes said beside the number, in no order. */
export interface CollectedAnswers {
  readonly answers: NodeAnswers;
  readonly details: readonly string[];
}

/** A node that takes longer is not waited for; it may still have applied the command. */
const answerTimeoutMs = 1_000;

interface Question {
  answered: number;
  connections: number;
  readonly details: string[];
  onAnswer: () => void;
}

export async function createAnswerInbox(subscriber: RedisSubscriber, prefix: string): Promise<AnswerInbox> {
  const name = inboxName(prefix, randomUUID());
  const questions = new Map<string, Question>();
  let last = 0;

  function hear(payload: string): void {
    const [, id = "", connections, detail = ""] = /^(\S+) (\d+)(?: ([^]*))?$/.exec(payload) ?? [];
    const question = questions.get(id);
    if (question === undefined) return;
    question.answered++;
    question.connections += Number(connections);
    if (detail !== "") question.details.push(detail);
    question.onAnswer();
  }
  await subscriber.listen(name, (payload) => hear(payload.toString()));

  return {
    take(inbox, payload) {
      if (inbox !== name) return false;
      hear(payload);
      return true;
    },
    open() {
      const id = String(++last);
      const question: Question = { answered: 0, connections: 0, details: [], onAnswer: () => undefined };
      questions.set(id, question);
      return {
        address: `${name}/${id}`,
        drop: () => void questions.delete(id),
        async collect(nodes, { timeoutMs = answerTimeoutMs, enough = Infinity } = {}) {
          const { promise, resolve } = Promise.withResolvers<void>();
          question.onAnswer = () => (question.answered >= nodes || question.connections >= enough) && resolve();
          question.onAnswer();
          const timer = setTimeout(resolve, timeoutMs);
          await promise;
          clearTimeout(timer);
          questions.delete(id);
          const { answered, connections, details } = question;
          return { answers: { nodes, answered, connections }, details };
        },
      };
    },
  };
}

/** A node's answer to an address: which name to publish on, and what. */
export function encodeAnswer(address: string, connections: number, detail = ""): { name: string; payload: string } {
  const slash = address.lastIndexOf("/");
  return {
    name: address.slice(0, slash),
    payload: `${address.slice(slash + 1)} ${connections}${detail === "" ? "" : ` ${detail}`}`,
  };
}
