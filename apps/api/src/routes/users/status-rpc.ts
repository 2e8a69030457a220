import type { UserActivity } from "@switchyard/broker/redis-user-activity";
import Type from "typebox";
import { indexOf, type IndexDeps } from "../../connections/connection-index.ts";
import { checkUser } from "../../connections/path-ids.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";

const body = Type.Object(
  { users: Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description: "User ids, 1000 at most." }) },
  { additionalProperties: false, examples: [{ users: ["ann", "ben"] }] },
);
const nothing = { effect: "settles" as const, result: Type.Object({}), results: [{}], body };

const getStatusSpec = {
  method: "get_user_status",
  effect: "reads" as const,
  summary: "When users were last online and active",
  description:
    "In the order they were named. Who is online is told by a connection to any gateway, who was active by `update_user_status`. Both are known for 30 days. `GET /v1/users/{user}/status` says online or not in one word.",
  body,
  result: Type.Object(
    {
      statuses: Type.Array(
        Type.Object({
          user: Type.String(),
          active: Type.Optional(Type.Integer({ description: "Unix time in seconds; absent: not known." })),
          online: Type.Optional(
            Type.Integer({ description: "Unix time in seconds, now for who is connected; absent: not known." }),
          ),
        }),
      ),
    },
    { title: "UserStatusResult" },
  ),
  results: [{ statuses: [{ user: "ann", active: 1_767_225_540, online: 1_767_225_600 }, { user: "ben" }] }],
};

const updateStatusSpec = {
  ...nothing,
  method: "update_user_status",
  summary: "Say that users are active now",
  description: "When somebody has clicked or typed, as your app sees it.",
};

const deleteStatusSpec = {
  ...nothing,
  method: "delete_user_status",
  summary: "Forget when users were last active",
  description: "When they were last online is the hub's own to know.",
};

export interface UserStatusDeps extends IndexDeps<"status"> {
  readonly activity: Omit<UserActivity, "close">;
}

/** `POST /api/get_user_status`, Centrifugo PRO's, as are the others. */
export function getUserStatus(deps: UserStatusDeps): RpcCommand {
  return defineRpc(getStatusSpec, async ({ users }) => {
    checkUsers(users);
    const [statuses, active] = await Promise.all([indexOf(deps).status(users), deps.activity.read(users)]);
    const now = Math.floor(Date.now() / 1_000);
    return {
      statuses: users.map((user, index) => {
        const { online: isOnline = false, lastSeenMs } = statuses[index] ?? {};
        const online = isOnline ? now : lastSeenMs === undefined ? undefined : Math.floor(lastSeenMs / 1_000);
        const activeAt = active[index];
        return { user, ...(activeAt !== undefined && { active: activeAt }), ...(online !== undefined && { online }) };
      }),
    };
  });
}

/** `POST /api/update_user_status`. */
export function updateUserStatus({ activity }: Pick<UserStatusDeps, "activity">): RpcCommand {
  return defineRpc(updateStatusSpec, async ({ users }) => {
    checkUsers(users);
    await activity.touch(users);
    return {};
  });
}

/** `POST /api/delete_user_status`. */
export function deleteUserStatus({ activity }: Pick<UserStatusDeps, "activity">): RpcCommand {
  return defineRpc(deleteStatusSpec, async ({ users }) => {
    checkUsers(users);
    await activity.forget(users);
    return {};
  });
}

function checkUsers(users: readonly string[]): void {
  for (const [index, user] of users.entries()) checkUser(user, `users[${index}]`);
}
