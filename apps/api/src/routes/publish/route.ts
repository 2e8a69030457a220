import { userChannel } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import type { ChannelPublisher } from "../../channel-publisher.ts";
import type { Scope } from "../../scope.ts";
import { publishSchema } from "./schema.ts";

/** `POST /api/publish`: Centrifugo's, and ours with `user` or `users` in the place of `channel`. */
export function publish(scope: Scope, { channels }: { readonly channels: ChannelPublisher }): void {
  scope.post("/api/publish", { schema: publishSchema }, async ({ body: { channel, user, users, ...message } }) => {
    if ([channel, user, users].filter((target) => target !== undefined).length !== 1) {
      throw new HubError("badRequest", "channel: name exactly one of `channel`, `user` and `users`");
    }
    if (users !== undefined) {
      const targets = users.map((uid, index) => ({ channel: userChannel(uid), field: `users[${index}]` }));
      return { result: { responses: await channels.publishEach(targets, message) } };
    }
    if (user !== undefined) return { result: await channels.publish(userChannel(user), message, "user") };
    return { result: await channels.publish(channel ?? "", message, "channel") };
  });
}
