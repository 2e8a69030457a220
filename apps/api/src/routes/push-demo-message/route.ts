import { userChannel } from "@switchyard/protocol/channel-name";
import { hubsOwnKey } from "../../access/api-keys.ts";
import type { ChannelPublisher } from "../../channels/channel-publisher.ts";
import type { Scope } from "../../scope.ts";
import { pushDemoMessageSchema } from "./schema.ts";

/** `POST /demo/push`. */
export function pushDemoMessage(scope: Scope, { channels }: { readonly channels: ChannelPublisher }): void {
  scope.post("/demo/push", { schema: pushDemoMessageSchema }, async ({ body: { user, data } }) => {
    const channel = userChannel(user);
    return { channel, ...(await channels.publish(channel, { data }, { field: "user", apiKey: hubsOwnKey })) };
  });
}
