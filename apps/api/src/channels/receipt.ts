import type { NodeAnswers } from "@switchyard/broker/node-line";
import Type, { type Static } from "typebox";

/** How many connections a message reached; they are where it was handed to a socket, not where somebody read it. */
export const receiptFields = {
  delivered: Type.Integer({ description: "Connections that were handed the message; 0 when nobody is there." }),
  nodes: Type.Integer({ description: "Gateways that were asked." }),
  partial: Type.Optional(
    Type.Boolean({ description: "True when some gateway did not answer within a second: there may be more." }),
  ),
};

const Receipt = Type.Object(receiptFields);
export type Receipt = Static<typeof Receipt>;

export function toReceipt({ nodes, answered, connections }: NodeAnswers): Receipt {
  return { delivered: connections, nodes, ...(answered < nodes && { partial: true }) };
}
