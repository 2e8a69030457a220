import Type from "typebox";

export const presenceStatsSpec = {
  method: "presence_stats",
  effect: "reads" as const,
  summary: "How many are in a channel",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }) },
    { additionalProperties: false, examples: [{ channel: "room:1" }] },
  ),
  result: Type.Object(
    {
      num_clients: Type.Integer({ description: "Connections." }),
      num_users: Type.Integer({ description: "Distinct users; those without an id together are one." }),
    },
    { title: "PresenceStatsResult" },
  ),
  results: [{ num_clients: 3, num_users: 1 }],
};
