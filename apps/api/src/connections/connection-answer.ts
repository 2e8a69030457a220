import type { ConnectionRecord } from "@switchyard/broker/connection-index";
import Type from "typebox";
import { timeFields, withIsoTimes } from "../shapes/iso-times.ts";

export const connectionFields = {
  client: Type.String({ description: "Its id: what `/v1/connections/{client}` takes." }),
  user: Type.String({ description: "Empty for the anonymous user." }),
  node: Type.String({ description: "The gateway it is on, by its `uid` in `info`." }),
  door: Type.String({ description: "`centrifuge`, `pusher` or `plain`." }),
  transport: Type.String({
    description: "`websocket`, `http_stream`, `sse`, or `uni_…` of a client that only listens.",
  }),
  protocol: Type.String({ description: "`json` or `protobuf`." }),
  name: Type.Optional(Type.String({ description: "What its SDK calls itself." })),
  version: Type.Optional(Type.String({ description: "Of its SDK, or of your app, as the client has said." })),
  ...timeFields("connectedAt", "By its gateway's clock."),
  meta: Type.Optional(
    Type.Unknown({
      description: "Your notes about it: claim `meta` of its token, or what was put since. No client sees them.",
    }),
  ),
};

export const Connection = Type.Object(connectionFields, { title: "Connection" });

export const exampleConnection = {
  client: "5f0c1d5e-4be0-4c37-9c4c-0a6f4f1b7a11",
  user: "ann",
  node: "6a2f0f3a-2c7d-4b8e-9d53-1f1c9f6b0c2e",
  door: "centrifuge",
  transport: "websocket",
  protocol: "json",
  name: "js",
  ...withIsoTimes({ connectedAtMs: 1_767_225_600_000 }),
  meta: { tenant: 7 },
};

/** A record as the index has it, and what has no value left out. */
export function toConnectionAnswer(record: ConnectionRecord) {
  const { client, user, node, door, transport, protocol, name, version, connectedAtMs, meta } = record;
  return withIsoTimes({
    client,
    user,
    node,
    door,
    transport,
    protocol,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    connectedAtMs,
    ...(meta !== undefined && { meta }),
  });
}
