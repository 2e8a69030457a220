import type { ChannelPublisher } from "../../channel-publisher.ts";
import type { Scope } from "../../scope.ts";
import { broadcastSchema } from "./schema.ts";

/** `POST /api/broadcast`, Centrifugo's. */
export function broadcast(scope: Scope, { channels }: { readonly channels: ChannelPublisher }): void {
  scope.post("/api/broadcast", { schema: broadcastSchema }, async ({ body: { channels: names, ...message } }) => {
    const targets = names.map((channel, index) => ({ channel, field: `channels[${index}]` }));
    return { result: { responses: await channels.publishEach(targets, message) } };
  });
}
