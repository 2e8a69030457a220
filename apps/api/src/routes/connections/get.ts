import type { Control } from "@switchyard/broker/control";
import type { ConnectionDetail } from "@switchyard/broker/node-command";
import Type from "typebox";
import type { ApiKey } from "../../access/api-keys.ts";
import { channelsInReach } from "../../channels/check-channel.ts";
import { connectionFields, exampleConnection, toConnectionAnswer } from "../../connections/connection-answer.ts";
import { indexOf, type IndexDeps } from "../../connections/connection-index.ts";
import { connectionUnknown, findFailures } from "../../connections/connection-failures.ts";
import { checkClient, ClientParams } from "../../connections/path-ids.ts";
import { retryOf } from "../../effect.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { nullableTimeFields, withIsoTimes } from "../../shapes/iso-times.ts";
import type { Scope } from "../../scope.ts";

const Channel = Type.Object({
  channel: Type.String({ description: "`namespace:name`." }),
  serverSide: Type.Boolean({ description: "Subscribed by its token or by you, not by the client itself." }),
});

const getConnectionSchema = {
  operationId: "getConnection",
  "x-retry": retryOf.reads,
  summary: "Read a connection",
  description:
    "What the index has of it, and the channels it is subscribed to, as the one gateway that has it says. If that does not answer within a second `partial` is true and `channels` is null.",
  tags: ["connections"],
  params: ClientParams,
  response: {
    200: Type.Object(
      {
        ...connectionFields,
        channels: Type.Unsafe<readonly { channel: string; serverSide: boolean }[] | null>({
          type: ["array", "null"],
          items: Channel,
          description: "Null: its gateway has not answered.",
        }),
        ...nullableTimeFields("expiresAt", "When it expires; null: never, or not known."),
        partial: Type.Optional(Type.Boolean({ description: "True when its gateway has not answered." })),
      },
      {
        title: "ConnectionDetail",
        examples: [
          {
            ...exampleConnection,
            channels: [{ channel: "user:ann", serverSide: true }],
            ...withIsoTimes({ expiresAtMs: null }),
          },
        ],
      },
    ),
    ...findFailures,
  },
};

export interface GetConnectionDeps extends IndexDeps<"one"> {
  readonly control: Pick<Control, "askConnection">;
}

/** `GET /v1/connections/:client`. */
export function getConnection(scope: Scope, deps: GetConnectionDeps): void {
  scope.get("/v1/connections/:client", { schema: getConnectionSchema }, async ({ params, apiKey }) => {
    const client = checkClient(params.client);
    const record = await orUnavailable(indexOf(deps).one(client));
    if (record === undefined) throw connectionUnknown();
    const said = await orUnavailable(deps.control.askConnection({ client }, record.node));
    // The index is a moment behind its gateway, which has the last word.
    if (said === "gone") throw connectionUnknown();
    if (typeof said === "string") return { ...toConnectionAnswer(record), ...unanswered };
    const { user, meta } = said;
    return { ...toConnectionAnswer({ ...record, user, meta }), ...detailOf(said, apiKey) };
  });
}

const unanswered = { channels: null, ...withIsoTimes({ expiresAtMs: null }), partial: true };

/** A key that is bound to namespaces learns of no others. */
function detailOf({ channels, expiresAtMs }: ConnectionDetail, apiKey: ApiKey) {
  const listed = channelsInReach(channels, apiKey).map(({ channel, isServerSide }) => ({
    channel,
    serverSide: isServerSide,
  }));
  return { channels: listed, ...withIsoTimes({ expiresAtMs }) };
}
