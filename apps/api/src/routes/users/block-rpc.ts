import type { Revoker } from "@switchyard/broker/revocation";
import { findIdFault, tokenIdMaxBytes } from "@switchyard/protocol/id-fault";
import { HubError } from "@switchyard/protocol/hub-error";
import Type from "typebox";
import { checkUser } from "../../connections/path-ids.ts";
import { readTimeToCome, readUnixTime, UnixTime } from "../../connections/unix-time.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";

/** Centrifugo PRO answers all of these with an empty result. */
const nothing = { effect: "settles" as const, result: Type.Object({}), results: [{}] };
const user = Type.String({ description: "The user's id." });

const blockUserSpec = {
  ...nothing,
  method: "block_user",
  summary: "Block a user",
  description:
    "Closes their connections with 3507 and lets no new one in, at any door and with whatever token, on every gateway within 2 s.",
  body: Type.Object(
    { user, expire_at: Type.Optional(UnixTime("Until when; 0, or left out: until unblocked.")) },
    { additionalProperties: false, examples: [{ user: "mallory", expire_at: 4_102_444_800 }] },
  ),
};

const unblockUserSpec = {
  ...nothing,
  method: "unblock_user",
  summary: "Unblock a user",
  description: "Their tokens are as good as before.",
  body: Type.Object({ user }, { additionalProperties: false, examples: [{ user: "mallory" }] }),
};

const holdsUntil = Type.Optional(
  UnixTime(
    "Until when it holds; default in 24 hours. Make it the time the longest-lived token concerned expires: after it that token would be good again.",
  ),
);

const revokeTokenSpec = {
  ...nothing,
  method: "revoke_token",
  summary: "Revoke a token",
  description:
    "By its `jti`. Its connections are closed with 3500, and it opens no more. `revoke` is the same with `token_id`.",
  body: Type.Object(
    { uid: Type.String({ description: "The token's `jti`." }), expire_at: holdsUntil },
    { additionalProperties: false, examples: [{ uid: "3f1c9a", expire_at: 4_102_444_800 }] },
  ),
};

const invalidateSpec = {
  ...nothing,
  method: "invalidate_user_tokens",
  summary: "Revoke a user's tokens issued before a time",
  description:
    "By their `iat`; a token without one counts as older. Connections made with them are closed with 3503. `revoke` is the same with `user`, for what was issued until now.",
  body: Type.Object(
    {
      user,
      issued_before: Type.Optional(UnixTime("Tokens issued from then on are good; 0, or left out: now.")),
      expire_at: holdsUntil,
    },
    { additionalProperties: false, examples: [{ user: "mallory", issued_before: 1_767_225_600 }] },
  ),
};

export interface BlockRpcDeps {
  readonly revocations: Pick<Revoker, "block" | "unblock" | "revoke">;
}

/** `POST /api/block_user`, Centrifugo PRO's, as are the others. */
export function blockUserByRpc({ revocations }: BlockRpcDeps): RpcCommand {
  return defineRpc(blockUserSpec, async ({ user: id, expire_at: expireAt }) => {
    await revocations.block(checkUser(id), readTimeToCome(expireAt, "expire_at"));
    return {};
  });
}

/** `POST /api/unblock_user`. */
export function unblockUserByRpc({ revocations }: BlockRpcDeps): RpcCommand {
  return defineRpc(unblockUserSpec, async ({ user: id }) => {
    await revocations.unblock(checkUser(id));
    return {};
  });
}

/** `POST /api/revoke_token`. */
export function revokeToken({ revocations }: BlockRpcDeps): RpcCommand {
  return defineRpc(revokeTokenSpec, async ({ uid, expire_at: expireAt }) => {
    const fault = uid === "" ? "must not be empty" : findIdFault(uid, tokenIdMaxBytes);
    if (fault !== undefined) throw new HubError("badRequest", `uid: ${fault}`);
    await revocations.revoke({ tokenId: uid, ...untilOf(expireAt) });
    return {};
  });
}

/** `POST /api/invalidate_user_tokens`. */
export function invalidateUserTokens({ revocations }: BlockRpcDeps): RpcCommand {
  return defineRpc(invalidateSpec, async ({ user: id, issued_before: issuedBefore, expire_at: expireAt }) => {
    const issuedBeforeMs = readUnixTime(issuedBefore, "issued_before");
    const before = issuedBeforeMs === undefined ? {} : { issuedBeforeMs };
    await revocations.revoke({ user: checkUser(id), ...before, ...untilOf(expireAt) });
    return {};
  });
}

function untilOf(expireAt: number | string | undefined): { readonly untilMs?: number } {
  const untilMs = readTimeToCome(expireAt, "expire_at");
  return untilMs === undefined ? {} : { untilMs };
}
