import type { Broker } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { NodeAnswers } from "@switchyard/broker/node-line";
import { readPublicationData } from "@switchyard/broker/publication-data";
import { userChannel } from "@switchyard/protocol/channel-name";
import { findIdFault, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import { readPayload, jsonOfPayload } from "@switchyard/protocol/payload";
import { idOfField } from "../id-of-field.ts";

/** What became of a line. */
export interface Pushed {
  /**
   * `ok`: at least one live connection, of whichever node, was handed the message. `fail`: none was. `refused`: the line asks for
   * nothing that can be done. `undone`: Redis was not reached or has refused it, so it may be sent again. `unknown`: Redis has not
   * confirmed it, so it may or may not be delivered.
   */
  readonly outcome: "ok" | "fail" | "refused" | "undone" | "unknown";
  /** Of `refused`, `undone` and `unknown`, for whoever sent the line. */
  readonly error?: string;
  /** Connections that were handed it; of a short answer at least so many. */
  readonly connections?: number;
  /** It is in the channel's history, so who comes back may still get it. */
  readonly stored?: boolean;
  /** Some node has not said in time: there may be more. */
  readonly partial?: true;
  /** A line with the same `idempotency_key` was published before, so this one was not. */
  readonly duplicate?: true;
}

export interface PushLineDeps {
  readonly broker: Pick<Broker, "publishWithReceipt" | "ask">;
  readonly rules: Pick<ChannelRules, "resolve">;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Hands a line on to the user, the channel or everybody it names, as the very text it is. What is asked of Redis leaves before this
 * returns, so lines of one connection keep their order however soon the next one is pushed.
 *
 * @param isCounted whether the sender wants the number; else the first connection that was handed the message is enough
 */
export async function pushLine(
  { broker, rules }: PushLineDeps,
  { line, fields, isCounted }: { readonly line: Buffer; readonly fields: Fields; readonly isCounted: boolean },
): Promise<Pushed> {
  const patience = isCounted ? {} : { enough: 1 };
  const target = readTarget(fields);
  if ("error" in target) return { outcome: "refused", ...target };
  const { idempotency_key: key } = fields;
  const keyProblem = key === undefined ? undefined : findKeyProblem(key, target);
  if (keyProblem !== undefined) return { outcome: "refused", error: `idempotency_key: ${keyProblem}` };
  if ("all" in target) {
    const read = readPayload(line, { isBinary: false });
    if ("problem" in read) return { outcome: "refused", error: `it ${read.problem}` };
    const message = { kind: "message", target, dataJson: jsonOfPayload(read.payload) } as const;
    return told(await broker.ask(message, patience), false);
  }
  const resolved = rules.resolve(target.channel, "publish");
  switch (resolved.kind) {
    case "unknown":
      return { outcome: "refused", error: `channel: no namespace \`${resolved.namespace}\` is configured` };
    case "unfit":
    case "reserved":
      return { outcome: "refused", error: `${target.field}: ${resolved.problem}` };
    case "channel": {
      const read = readPublicationData(line, resolved.options);
      if ("problem" in read) return { outcome: "refused", error: `it ${read.problem}` };
      const options = typeof key === "string" ? { ...patience, idempotencyKey: key } : patience;
      const { receipt, offset, duplicate } = await broker.publishWithReceipt(resolved.name, read, options);
      return { ...told(receipt, offset > 0), ...(duplicate && { duplicate }) };
    }
  }
}

type Target =
  | { readonly all: true }
  | { readonly channel: string; readonly field: "uid" | "channel" }
  | { readonly error: string };

function readTarget(fields: Fields): Target {
  const [isUser, isChannel] = [Object.hasOwn(fields, "uid"), Object.hasOwn(fields, "channel")];
  if (isUser === isChannel) return { error: "uid: name either a `uid` or a `channel`" };
  if (isChannel) {
    const { channel } = fields;
    return typeof channel === "string" ? { channel, field: "channel" } : { error: "channel: must be a text" };
  }
  const user = idOfField(fields["uid"]);
  if (user === undefined || user === "") return { error: "uid: must be a text, and not empty, or a whole number" };
  if (user === "*") return { all: true };
  const fault = findIdFault(user, userIdMaxBytes);
  return fault === undefined ? { channel: userChannel(user), field: "uid" } : { error: `uid: ${fault}` };
}

/** A message to everybody is remembered nowhere, so it must not look as if it could be repeated. */
function findKeyProblem(key: unknown, target: Target): string | undefined {
  if ("all" in target) return "is for a user or a channel; what is for everybody cannot be repeated safely";
  const isFit = typeof key === "string" && key !== "" && key.length <= 255;
  return isFit ? undefined : "must be a text of 1 to 255 characters";
}

function told({ nodes, answered, connections }: NodeAnswers, stored: boolean): Pushed {
  const isPartial = answered < nodes;
  return { outcome: connections > 0 ? "ok" : "fail", connections, stored, ...(isPartial && { partial: true }) };
}
