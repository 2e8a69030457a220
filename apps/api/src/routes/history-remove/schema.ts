import Type from "typebox";

export const removeHistorySpec = {
  method: "history_remove",
  effect: "settles" as const,
  summary: "Forget what a channel keeps",
  description:
    "Subscribers that are up to date do not notice. One that still misses a removed publication is told that it cannot be recovered.",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }) },
    { additionalProperties: false, examples: [{ channel: "chat:forgotten" }] },
  ),
  result: Type.Object({}),
  results: [{}],
};
