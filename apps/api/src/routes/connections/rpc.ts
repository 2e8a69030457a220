import type { ConnectionRecord } from "@switchyard/broker/connection-index";
import type { Control } from "@switchyard/broker/control";
import { HubError } from "@switchyard/protocol/hub-error";
import Type, { type Static } from "typebox";
import type { ApiKey } from "../../access/api-keys.ts";
import { channelsInReach } from "../../channels/check-channel.ts";
import { indexOf, type IndexDeps } from "../../connections/connection-index.ts";
import { checkUser } from "../../connections/path-ids.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";

const ConnectionInfo = Type.Object(
  {
    app_name: Type.String({ description: "What its SDK calls itself; empty where it has not said." }),
    app_version: Type.String(),
    transport: Type.String(),
    protocol: Type.String(),
    user: Type.String(),
    connected_at_ms: Type.Integer({ description: "Milliseconds since 1970." }),
    state: Type.Object({
      channels: Type.Optional(
        Type.Record(Type.String(), Type.Object({}), { description: "Absent where its gateway has not answered." }),
      ),
      meta: Type.Optional(Type.Unknown({ description: "Your notes about it." })),
    }),
  },
  { title: "ConnectionInfo" },
);

/** So many gateways may have to be asked for their channels. */
const listedMax = 100;

const connectionsSpec = {
  method: "connections",
  effect: "reads" as const,
  summary: "The connections of a user",
  description:
    "By client id, with their channels, which the gateways that have them are asked for. More than 100 are an error: `GET /v1/users/{user}/connections` has pages. `expression` and `label_filter` of Centrifugo PRO are not supported.",
  body: Type.Object(
    { user: Type.String({ description: "Whose." }) },
    { additionalProperties: false, examples: [{ user: "ann" }] },
  ),
  result: Type.Object(
    {
      connections: Type.Record(Type.String(), ConnectionInfo),
      partial: Type.Optional(
        Type.Boolean({
          description: "True when some gateway did not answer within a second: there `channels` is absent.",
        }),
      ),
    },
    { title: "ConnectionsResult" },
  ),
  results: [
    {
      connections: {
        "5f0c1d5e-4be0-4c37-9c4c-0a6f4f1b7a11": {
          app_name: "js",
          app_version: "",
          transport: "websocket",
          protocol: "json",
          user: "ann",
          connected_at_ms: 1_767_225_600_000,
          state: { channels: { "user:ann": {} }, meta: { tenant: 7 } },
        },
      },
    },
  ],
};

export interface ConnectionsDeps extends IndexDeps<"ofUser"> {
  readonly control: Pick<Control, "askConnection">;
}

type Info = Static<typeof ConnectionInfo>;

/** `POST /api/connections`, Centrifugo PRO's. */
export function listUserConnections(deps: ConnectionsDeps): RpcCommand {
  async function ask(record: ConnectionRecord) {
    return { record, said: await deps.control.askConnection({ client: record.client }, record.node) };
  }

  return defineRpc(connectionsSpec, async ({ user }, { apiKey }) => {
    const records = await indexOf(deps).ofUser(checkUser(user), { limit: listedMax + 1 });
    if (records.length > listedMax) {
      throw new HubError(
        "limitExceeded",
        `user: has more than ${listedMax} connections; read GET /v1/users/{user}/connections, page by page`,
      );
    }
    const asked = await Promise.all(records.map(ask));
    const here = asked.filter(({ said }) => said !== "gone");
    const isPartial = here.some(({ said }) => typeof said === "string");
    const listed = here.map(({ record, said }): [string, Info] => [record.client, toInfo(record, said, apiKey)]);
    return { connections: Object.fromEntries(listed), ...(isPartial && { partial: true }) };
  });
}

function toInfo(record: ConnectionRecord, said: Awaited<ReturnType<Control["askConnection"]>>, apiKey: ApiKey): Info {
  const { name = "", version = "", transport, protocol, user, connectedAtMs, meta: written } = record;
  const meta = typeof said === "string" ? written : said.meta;
  const channels =
    typeof said === "string"
      ? undefined
      : channelsInReach(said.channels, apiKey).map(({ channel }) => [channel, {}] as const);
  return {
    app_name: name,
    app_version: version,
    transport,
    protocol,
    user,
    connected_at_ms: connectedAtMs,
    state: {
      ...(channels !== undefined && { channels: Object.fromEntries(channels) }),
      ...(meta !== undefined && { meta }),
    },
  };
}
