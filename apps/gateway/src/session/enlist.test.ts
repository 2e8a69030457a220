import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { signedIn } from "../access/token-kind.ts";
import { shutOutReason } from "../access/shut-out-reason.ts";
import { enlist } from "./admit.ts";
import type { Client } from "./client.ts";
import type { SessionServices } from "./services.ts";
import { Sessions } from "./sessions.ts";

const credentials = signedIn({ user: "eve", info: undefined, issuedAtMs: 1_000 });

/** A client that has shown who it is, and whoever is shut out in that moment. */
function arrive(revocations: SessionServices["revocations"]) {
  const sessions = new Sessions();
  const client = { id: "c1", user: "eve", authenticate: () => sessions.add(client) } as unknown as Client;
  const services = { client: checkSettings({}).client, sessions, revocations } as SessionServices;
  return { refusal: enlist(client, credentials, services), listed: sessions.count };
}

test("who was shut out while it was found out who they are is not listed, whatever has vouched for them", () => {
  const blocked = arrive({ isBlocked: (user) => user === "eve", isRevoked: () => true });
  expect(blocked).toEqual({
    refusal: { kind: "disconnect", disconnect: disconnectCodes.permissionDenied },
    listed: 0,
  });
  const revoked = arrive({ isBlocked: () => false, isRevoked: ({ user }) => user === "eve" });
  expect(revoked).toEqual({ refusal: { kind: "disconnect", disconnect: disconnectCodes.forceDisconnect }, listed: 0 });
  expect(arrive({ isBlocked: () => false, isRevoked: () => false })).toEqual({ refusal: undefined, listed: 1 });
});

test("the reason of a close says what was shut out: the user, the token, or what was issued before", () => {
  const blocked = { isBlocked: () => true, isRevoked: () => true };
  expect(shutOutReason({ user: "eve", tokenId: "t1" }, blocked)).toBe(disconnectCodes.permissionDenied);
  const byToken = { isBlocked: () => false, isRevoked: ({ tokenId }: { tokenId?: string }) => tokenId === "t1" };
  expect(shutOutReason({ user: "eve", tokenId: "t1" }, byToken)).toBe(disconnectCodes.invalidToken);
  const byClient = { isBlocked: () => false, isRevoked: ({ client }: { client?: string }) => client === "c1" };
  expect(shutOutReason({ client: "c1", tokenId: "t1" }, byClient)).toBe(disconnectCodes.forceDisconnect);
});
