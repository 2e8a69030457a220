import type { Revoker } from "@switchyard/broker/revocation";
import { readTimeMs } from "@switchyard/protocol/read-time";
import Type from "typebox";
import { changeFailures, readFailures } from "../../connections/connection-failures.ts";
import { checkUser, UserParams } from "../../connections/path-ids.ts";
import { retryOf } from "../../effect.ts";
import { ApiError } from "../../errors/api-error.ts";
import { orOutcomeUnknown, orUnavailable } from "../../errors/or-unavailable.ts";
import { nullableTimeFields, withIsoTimes } from "../../shapes/iso-times.ts";
import type { Scope } from "../../scope.ts";

const Block = Type.Object(
  {
    user: Type.String({ description: "Whose it is." }),
    blocked: Type.Boolean({ description: "Whether the user is kept out." }),
    ...nullableTimeFields("until", "Until when; null: until unblocked, or not blocked."),
  },
  { title: "Block", examples: [{ user: "mallory", blocked: true, untilMs: null, until: null }] },
);

const tags = ["connections"];

const showBlockSchema = {
  tags,
  operationId: "getUserBlock",
  "x-retry": retryOf.reads,
  summary: "Is a user blocked",
  params: UserParams,
  response: { 200: Block, ...readFailures },
};

const blockUserSchema = {
  tags,
  operationId: "blockUser",
  "x-retry": retryOf.settles,
  summary: "Block a user",
  description:
    "Closes their connections with 3507 and lets no new one in, at any door and with whatever token, on every gateway within 2 s. A user who is blocked already gets the new end.",
  params: UserParams,
  body: Type.Object(
    {
      until: Type.Optional(
        Type.Unsafe<number | string>({
          type: ["integer", "string"],
          description: "Milliseconds since 1970, or ISO 8601 with its offset. Left out: until unblocked.",
        }),
      ),
    },
    {
      title: "BlockRequest",
      additionalProperties: false,
      examples: [{}, { until: "2100-01-01T00:00:00Z" }, { until: 4_102_444_800_000 }],
    },
  ),
  response: { 200: Block, ...changeFailures },
};

const unblockUserSchema = {
  tags,
  operationId: "unblockUser",
  "x-retry": retryOf.settles,
  summary: "Unblock a user",
  description: "Their tokens are as good as before. Asked for a user who is not blocked it changes nothing.",
  params: UserParams,
  response: { 200: Block, ...changeFailures },
};

export interface BlockDeps {
  readonly revocations: Pick<Revoker, "block" | "unblock" | "blockedUntil">;
}

/** `GET`, `PUT` and `DELETE /v1/users/:user/block`. */
export function blockUser(scope: Scope, { revocations }: BlockDeps): void {
  const path = "/v1/users/:user/block";
  scope.get(path, { schema: showBlockSchema }, async ({ params }) => {
    const user = checkUser(params.user);
    return toAnswer(user, await orUnavailable(revocations.blockedUntil(user)));
  });
  scope.put(path, { schema: blockUserSchema }, async ({ params, body }) => {
    const user = checkUser(params.user);
    const untilMs = readUntil(body.until);
    await orOutcomeUnknown(revocations.block(user, untilMs));
    return toAnswer(user, untilMs ?? Infinity);
  });
  scope.delete(path, { schema: unblockUserSchema }, async ({ params }) => {
    const user = checkUser(params.user);
    await orOutcomeUnknown(revocations.unblock(user));
    return toAnswer(user, undefined);
  });
}

function readUntil(until: number | string | undefined): number | undefined {
  if (until === undefined) return undefined;
  const { ms, problem } = readTimeMs(until);
  if (problem !== undefined) throw new ApiError("invalid_request", `until: ${problem}`, { field: "until" });
  if (ms > Date.now()) return ms;
  throw new ApiError("invalid_request", "until: has passed; name a time to come, or leave it out", { field: "until" });
}

function toAnswer(user: string, untilMs: number | undefined) {
  const end = untilMs === undefined || untilMs === Infinity ? null : untilMs;
  return { user, blocked: untilMs !== undefined, ...withIsoTimes({ untilMs: end }) };
}
