import Type from "typebox";
import { restFailures } from "../../rest-error.ts";
import { DemoUser } from "../mint-demo-token/schema.ts";
import { retryOf } from "../../effect.ts";

export const pushDemoMessageSchema = {
  operationId: "pushDemoMessage",
  "x-retry": retryOf.acts,
  summary: "Push to a user without the API key",
  tags: ["demo"],
  security: [],
  body: Type.Object(
    { user: DemoUser, data: Type.Unknown({ description: "Any JSON." }) },
    { additionalProperties: false, examples: [{ user: "alice", data: { text: "hello" } }] },
  ),
  response: {
    200: Type.Object(
      {
        channel: Type.String(),
        offset: Type.Optional(Type.Integer()),
        epoch: Type.Optional(Type.String()),
      },
      { examples: [{ channel: "user:alice", offset: 42, epoch: "6mGHPZ2W" }] },
    ),
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "forbidden",
      "body_too_large",
      "unsupported_media_type",
      "unavailable",
      "outcome_unknown",
    ),
  },
};
