import { ClientInfo, Tags } from "@switchyard/protocol/publication";
import { offsetMax, StreamPosition } from "@switchyard/protocol/stream-position";
import Type from "typebox";

export const limitMax = 1_000;

const Publication = Type.Object(
  {
    offset: Type.Integer(),
    data: Type.Unknown(),
    tags: Type.Optional(Tags),
    info: Type.Optional(Type.Object(ClientInfo.properties, { title: "ClientInfo" })),
  },
  { title: "Publication" },
);

export const historySpec = {
  method: "history",
  effect: "reads" as const,
  summary: "Read what a channel keeps",
  description:
    "To read on, ask again with `since` set to the last offset and the epoch you got. Large publications end an answer early (`channel.history_max_size`): it says `more` then, however few there are.",
  body: Type.Object(
    {
      channel: Type.String({ description: "Which channel." }),
      limit: Type.Optional(
        Type.Integer({
          minimum: -1,
          maximum: limitMax,
          default: 0,
          description: `Publications at most. 0: the position alone. -1: as many as there are, ${limitMax} at most.`,
        }),
      ),
      since: Type.Optional(
        Type.Object(
          {
            offset: Type.Optional(Type.Integer({ minimum: 0, maximum: offsetMax })),
            epoch: Type.Optional(Type.String({ maxLength: 64 })),
          },
          { additionalProperties: false, description: "Only what came after this position (before it, in reverse)." },
        ),
      ),
      reverse: Type.Optional(Type.Boolean({ default: false, description: "Newest first." })),
    },
    { additionalProperties: false, examples: [{ channel: "user:alice", limit: 10, reverse: true }] },
  ),
  result: Type.Object(
    {
      publications: Type.Array(Publication),
      ...StreamPosition.properties,
      more: Type.Optional(Type.Literal(true, { description: "The answer would have become too large: read on." })),
    },
    { title: "HistoryResult" },
  ),
  results: [
    {
      publications: [{ offset: 42, data: { text: "hello" }, tags: { kind: "note" } }],
      offset: 42,
      epoch: "6mGHPZ2W",
    },
  ],
};
