import { overridableOptions } from "@switchyard/broker/channel-rules";
import { offsetMax } from "@switchyard/protocol/stream-position";
import Type from "typebox";
import { Concerned } from "../../connections/concerned.ts";
import { infoFields, targetFields } from "../../connections/connection-fields.ts";
import { UnixTime } from "../../connections/unix-time.ts";

const Override = Type.Object({ value: Type.Boolean() }, { additionalProperties: false });

const grantFields = {
  ...infoFields,
  data: Type.Optional(Type.Unknown({ description: "Any JSON, handed to the client with the `subscribe` push." })),
  b64data: Type.Optional(Type.String({ description: "In the place of `data`: its JSON in base64." })),
  recover_since: Type.Optional(
    Type.Object(
      { offset: Type.Integer({ minimum: 0, maximum: offsetMax }), epoch: Type.String() },
      {
        additionalProperties: false,
        description: "Where the client stands; what it has missed since comes behind the push, all or nothing.",
      },
    ),
  ),
  expire_at: Type.Optional(UnixTime("When it ends; 0 is never.")),
  override: Type.Optional(
    Type.Object(
      Object.fromEntries(overridableOptions.map((option) => [option, Type.Optional(Override)])) as Record<
        (typeof overridableOptions)[number],
        ReturnType<typeof Type.Optional<typeof Override>>
      >,
      { additionalProperties: false, description: "Options of the channel, for this subscription alone." },
    ),
  ),
};

export const subscribeSpec = {
  method: "subscribe",
  effect: "settles" as const,
  summary: "Subscribe a user's connections to a channel",
  description:
    "Connections that are there now are subscribed by the server, whatever the namespace allows to clients, and told by a `subscribe` push. Later ones are not: give their tokens the channel. Those that are subscribed already stay as they are. With `expire_at` it ends then, by an `unsubscribe` push with code 2501.",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }), ...targetFields, ...grantFields },
    {
      additionalProperties: false,
      examples: [
        { user: "alice", channel: "chat:lobby" },
        { user: "alice", channel: "chat:lobby", info: { role: "guest" }, data: { topic: "welcome" } },
      ],
    },
  ),
  result: Concerned,
  results: [{ connections: 3 }],
};
