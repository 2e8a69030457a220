import type { RevocationRequest, Revoker } from "@switchyard/broker/revocation";
import { HubError } from "@switchyard/protocol/hub-error";
import { findIdFault, tokenIdMaxBytes, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import type { Static } from "typebox";
import { readTimeToCome } from "../../connections/unix-time.ts";
import { toIso } from "../../iso-times.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { revokeSpec, subjects } from "./schema.ts";

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
