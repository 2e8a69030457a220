import { userChannel } from "@switchyard/protocol/channel-name";
import Type from "typebox";
import { hubsOwnKey } from "../access/api-keys.ts";
import type { ChannelPublisher } from "../channels/channel-publisher.ts";
import { retryOf } from "../effect.ts";
import { restFailures } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";
import { DemoUser } from "./mint-demo-token.ts";

const pushDemoMessageSchema = {
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

/** `POST /demo/push`. */
export function pushDemoMessage(scope: Scope, { channels }: { readonly channels: ChannelPublisher }): void {
  scope.post("/demo/push", { schema: pushDemoMessageSchema }, async ({ body: { user, data } }) => {
    const channel = userChannel(user);
    return { channel, ...(await channels.publish(channel, { data }, { field: "user", apiKey: hubsOwnKey })) };
  });
}
