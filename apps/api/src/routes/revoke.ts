import type { RevocationRequest, Revoker } from "@switchyard/broker/revocation";
import { HubError } from "@switchyard/protocol/hub-error";
import { findIdFault, tokenIdMaxBytes, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import Type, { type Static } from "typebox";
import { readTimeToCome, UnixTime } from "../connections/unix-time.ts";
import { toIso } from "../shapes/iso-times.ts";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";

const subject = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 255, description }));

const subjects = {
  user: subject("Everything issued to this user so far; what is issued from now on is good."),
  token_id: subject("One token, by its `jti`."),
  client: subject("One connection, by its client id."),
};

const revokeSpec = {
  method: "revoke",
  effect: "settles" as const,
  summary: "Shut out a user, a token or a connection",
  description:
    "Ends the connections it concerns and refuses their tokens, on every gateway within 2 s. Exactly one of the three is named. Ours, not Centrifugo's.",
  body: Type.Object(
    {
      ...subjects,
      until: Type.Optional(
        UnixTime(
          "Until when it holds; default in 24 hours. Make it the time the longest-lived token concerned expires: after it that token would be good again.",
          1,
        ),
      ),
    },
    {
      additionalProperties: false,
      examples: [{ user: "mallory" }, { token_id: "3f1c9a", until: 4_102_444_800 }],
    },
  ),
  result: Type.Object(
    {
      until: Type.Integer({ description: "Unix time in seconds until which it holds." }),
      until_iso: Type.String({ format: "date-time", description: "The same as ISO 8601, UTC." }),
    },
    { title: "RevokeResult" },
  ),
  results: [{ until: 4_102_444_800, until_iso: "2100-01-01T00:00:00.000Z" }],
};

/** `POST /api/revoke`, ours. */
export function revoke({ revocations }: { readonly revocations: Pick<Revoker, "revoke"> }): RpcCommand {
  return defineRpc(revokeSpec, async (body) => {
    const { untilMs } = await revocations.revoke(toRequest(body));
    return { until: Math.ceil(untilMs / 1_000), until_iso: toIso(untilMs) };
  });
}

function toRequest({ user, token_id: tokenId, client, until }: Static<typeof revokeSpec.body>): RevocationRequest {
  const named = [user, tokenId, client].filter((subject) => subject !== undefined);
  if (named.length !== 1) {
    const listed = Object.keys(subjects).map((name) => `\`${name}\``);
    throw new HubError("badRequest", `user: name exactly one of ${listed.join(", ")}`);
  }
  requireFit(user, "user", userIdMaxBytes);
  requireFit(tokenId, "token_id", tokenIdMaxBytes);
  requireFit(client, "client", tokenIdMaxBytes);
  const untilMs = readTimeToCome(until, "until");
  const end = untilMs === undefined ? {} : { untilMs };
  if (user !== undefined) return { user, ...end };
  return tokenId === undefined ? { client: client ?? "", ...end } : { tokenId, ...end };
}

/** No token or connection can have another, so it was a slip, and revoking it would do nothing. */
function requireFit(id: string | undefined, field: string, maxBytes: number): void {
  const fault = id === undefined ? undefined : findIdFault(id, maxBytes);
  if (fault !== undefined) throw new HubError("badRequest", `${field}: ${fault}`);
}
