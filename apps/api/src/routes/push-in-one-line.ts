import type { Control } from "@switchyard/broker/control";
import { userChannel } from "@switchyard/protocol/channel-name";
import Type from "typebox";
import type { ApiKeys } from "../access/api-keys.ts";
import { outOfReach } from "../channels/check-channel.ts";
import type { ChannelPublisher } from "../channels/channel-publisher.ts";
import { ApiError } from "../errors/api-error.ts";
import type { Scope } from "../scope.ts";
import { messageConnections } from "./publish/message-connections.ts";

export interface PushInOneLineDeps {
  readonly keys: ApiKeys;
  readonly channels: ChannelPublisher;
  readonly control: Pick<Control, "ask">;
}

/** Not in the OpenAPI document: who can send a header or a body has `POST /api/publish`. */
const pushInOneLineSchema = {
  hide: true,
  querystring: Type.Object(
    {
      to: Type.String({ maxLength: 240 }),
      content: Type.String({ minLength: 1 }),
      key: Type.String({ minLength: 1 }),
      // Tutorials write it; there is nothing else to do here.
      type: Type.Optional(Type.Literal("publish")),
    },
    { additionalProperties: false },
  ),
};

/**
 * `GET /push?to=uid1&content=…&key=…`, as PHP tutorials push: `ok` where a connection of the user was handed the text, `fail` where
 * none was. `to=*`, or an empty `to=` as tutorials have it, is for everybody; without `to` it is refused, for an address that was cut
 * short must not reach everybody. In development alone, for a key in an address ends up in logs.
 */
export function pushInOneLine(scope: Scope, { keys, channels, control }: PushInOneLineDeps): void {
  // No HEAD, which would push as well.
  const options = { schema: pushInOneLineSchema, exposeHeadRoute: false };
  scope.get("/push", options, async ({ query: { to, content: data, key } }, reply) => {
    const apiKey = keys.find(key);
    if (apiKey === undefined) throw new ApiError("unauthorized", "unauthorized: `key` is not an API key of the hub");
    apiKey.require("publish");
    reply.type("text/plain; charset=utf-8");
    if (to === "" || to === "*") {
      if (apiKey.isBound) throw outOfReach(apiKey, "a message to connections themselves is in none");
      return word(await messageConnections(control, { all: true }, { data }));
    }
    return word(await channels.publish(userChannel(to), { data, receipt: true }, { field: "to", apiKey }));
  });
}

function word({ delivered = 0 }: { readonly delivered?: number }): "ok" | "fail" {
  return delivered > 0 ? "ok" : "fail";
}
