import Type from "typebox";
import { Connection, exampleConnection } from "../../connections/connection-answer.ts";
import { listFailures } from "../../connections/connection-failures.ts";
import { UserParams } from "../../connections/path-ids.ts";
import { retryOf } from "../../effect.ts";
import { NextCursor, pageFields } from "../../shapes/page-cursor.ts";

const ConnectionPage = Type.Object(
  { connections: Type.Array(Connection), cursor: NextCursor },
  { title: "ConnectionPage", examples: [{ connections: [exampleConnection], cursor: null }] },
);

const common = { tags: ["connections"], "x-retry": retryOf.reads };

export const listConnectionsSchema = {
  ...common,
  operationId: "listConnections",
  summary: "List connections",
  description:
    "Who is connected, on every gateway, read from an index that is a moment behind; in no order. Who is there all the time of the reading is listed; who comes or goes meanwhile may be. A page may be shorter or longer than `limit`: go on until `cursor` is null.",
  querystring: Type.Object(
    {
      ...pageFields,
      user: Type.Optional(Type.String({ minLength: 1, description: "Only this user's." })),
      door: Type.Optional(
        Type.Enum(["centrifuge", "pusher", "plain"], { description: "Only those that came in by this door." }),
      ),
      node: Type.Optional(
        Type.String({ minLength: 1, maxLength: 64, description: "Only those of this gateway, by its `uid`." }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: ConnectionPage, ...listFailures },
};

export const listUserConnectionsSchema = {
  ...common,
  operationId: "listUserConnections",
  summary: "List a user's connections",
  description: "On every device and gateway. An empty list means that the user is not online.",
  params: UserParams,
  querystring: Type.Object(pageFields, { additionalProperties: false }),
  response: { 200: ConnectionPage, ...listFailures },
};
