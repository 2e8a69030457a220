import Type from "typebox";
import { BroadcastResult, messageFields } from "../publish/schema.ts";

export const broadcastSpec = {
  method: "broadcast",
  effect: "counts" as const,
  summary: "Publish the same to many channels",
  description: "One channel that fails does not keep the others from theirs: look at each of `responses`.",
  body: Type.Object(
    {
      channels: Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description: "Where to, 1000 at most." }),
      ...messageFields,
    },
    {
      additionalProperties: false,
      examples: [{ channels: ["user:alice", "user:bob"], data: { text: "maintenance at noon" } }],
    },
  ),
  result: BroadcastResult,
  results: [
    {
      responses: [
        { result: { offset: 42, epoch: "6mGHPZ2W" } },
        { error: { code: 102, message: "unknown channel: channels[1]: no namespace `x` is configured" } },
      ],
    },
  ],
};
