import Type from "typebox";

export const channelsSpec = {
  method: "channels",
  effect: "reads" as const,
  summary: "The channels somebody is subscribed to",
  description:
    "Every gateway is asked, so this is for looking, not for every request. A channel nobody is subscribed to is not listed, whatever its history. When one gateway has more than 10 000 channels that match, that is an error: narrow the pattern.",
  body: Type.Object(
    {
      pattern: Type.Optional(
        Type.String({
          default: "",
          maxLength: 255,
          description:
            "`*` is any text, `?` one character, a backslash takes the next one as it is; without it, every channel.",
        }),
      ),
    },
    { additionalProperties: false, examples: [{ pattern: "chat:*" }] },
  ),
  result: Type.Object(
    {
      channels: Type.Record(
        Type.String(),
        Type.Object({ num_clients: Type.Integer({ description: "Connections subscribed to it." }) }),
      ),
      partial: Type.Optional(
        Type.Boolean({ description: "True when some gateway did not answer within a second: there may be more." }),
      ),
    },
    { title: "ChannelsResult" },
  ),
  results: [{ channels: { "chat:lobby": { num_clients: 3 } } }],
};
