import type { NodeAnswers } from "@switchyard/broker/node-line";
import Type, { type Static } from "typebox";

/** What a command about connections answers. Centrifugo's results are empty; the number is ours. */
export const Concerned = Type.Object(
  {
    connections: Type.Integer({ description: "How many connections it concerned; 0 when nobody is there." }),
    partial: Type.Optional(
      Type.Boolean({ description: "True when some gateway did not answer within a second: there may be more." }),
    ),
  },
  { title: "ConcernedConnections", examples: [{ connections: 3 }] },
);
export type Concerned = Static<typeof Concerned>;

export function toConcerned({ nodes, answered, connections }: NodeAnswers): Concerned {
  return { connections, ...(answered < nodes && { partial: true }) };
}
