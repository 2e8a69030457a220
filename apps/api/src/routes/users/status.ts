import type { UserStatus } from "@switchyard/broker/connection-index";
import Type from "typebox";
import { indexOf, type IndexDeps } from "../../connections/connection-index.ts";
import { askFailures, listFailures } from "../../connections/connection-failures.ts";
import { checkUser, UserParams } from "../../connections/path-ids.ts";
import { retryOf } from "../../effect.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { nullableTimeFields, withIsoTimes } from "../../shapes/iso-times.ts";
import type { Scope } from "../../scope.ts";

const UserStatusAnswer = Type.Object(
  {
    user: Type.String({ description: "Whose it is." }),
    online: Type.Boolean({ description: "At least one connection, on whichever gateway." }),
    connections: Type.Integer({ description: "How many: tabs, phones and services." }),
    ...nullableTimeFields(
      "lastSeenAt",
      "When the last connection went, known for 30 days; null while online, and of who was never seen.",
    ),
  },
  {
    title: "UserStatus",
    examples: [{ user: "ann", online: true, connections: 2, lastSeenAtMs: null, lastSeenAt: null }],
  },
);

const common = { tags: ["connections"], "x-retry": retryOf.reads };

const userStatusSchema = {
  ...common,
  operationId: "getUserStatus",
  summary: "Is a user online",
  description: "Read from an index that is a moment behind. A user nobody knows is offline.",
  params: UserParams,
  response: { 200: UserStatusAnswer, ...listFailures },
};

const userStatusesSchema = {
  ...common,
  operationId: "listUserStatuses",
  summary: "Which of many users are online",
  description: "In the order they were named; a list of friends in one request.",
  body: Type.Object(
    {
      users: Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description: "User ids, 1000 at most." }),
    },
    { title: "UserStatusesRequest", additionalProperties: false, examples: [{ users: ["ann", "ben"] }] },
  ),
  response: {
    200: Type.Object(
      { statuses: Type.Array(UserStatusAnswer) },
      { title: "UserStatuses", examples: [{ statuses: [] }] },
    ),
    ...askFailures,
  },
};

/** `GET /v1/users/:user/status` and `POST /v1/users/status`. */
export function showUserStatus(scope: Scope, deps: IndexDeps<"status">): void {
  scope.get("/v1/users/:user/status", { schema: userStatusSchema }, async ({ params }) => {
    const user = checkUser(params.user);
    const [status] = await orUnavailable(indexOf(deps).status([user]));
    return toAnswer(user, status);
  });
  scope.post("/v1/users/status", { schema: userStatusesSchema }, async ({ body: { users } }) => {
    for (const [index, user] of users.entries()) checkUser(user, `users[${index}]`);
    const statuses = await orUnavailable(indexOf(deps).status(users));
    return { statuses: users.map((user, index) => toAnswer(user, statuses[index])) };
  });
}

function toAnswer(user: string, { online, connections, lastSeenMs }: UserStatus = offline) {
  return { user, online, connections, ...withIsoTimes({ lastSeenAtMs: lastSeenMs ?? null }) };
}

const offline: UserStatus = { online: false, connections: 0, lastSeenMs: undefined };
