import { readJson } from "@switchyard/protocol/read-json";
import { hubUser } from "@switchyard/pusher/channel";
import { isAuthOf, userText } from "@switchyard/pusher/signature";
import { signedIn } from "../../access/token-kind.ts";
import { isUserOverLimit } from "../../session/admit.ts";
import { appUserIdFault } from "./app-user-id.ts";
import { plainFrame } from "./frames.ts";
import type { PusherConnection } from "./pusher-connection.ts";
import { textOf, type PusherMessage } from "./read-message.ts";
import type { PusherShared } from "./services.ts";
import { pusherCloses } from "./close-codes.ts";
import { watch } from "./watchlist.ts";

/** What an app says of a user. */
export interface SignedIn {
  readonly id: string;
  readonly info: unknown;
  readonly watchlist: readonly string[];
}

/** A client says who it is, by a signature of its back end for this very connection. It cannot be somebody else later. */
export async function signIn(
  connection: PusherConnection,
  message: PusherMessage,
  services: PusherShared,
): Promise<void> {
  const { app, client } = connection;
  const refuse = (why: string) => connection.refuse(`pusher:signin: ${why}`, pusherCloses.unauthorized.code);
  const userData = textOf(message, "user_data");
  if (!isAuthOf(app, userText(client.id, userData), textOf(message, "auth"))) {
    return refuse(`auth: is not the signature of this app for ${JSON.stringify(userText(client.id, userData))}`);
  }
  const user = readUser(userData);
  if (typeof user === "string") return refuse(user);
  if (connection.user !== undefined && connection.user.id !== user.id) return refuse("another user is signed in here");
  const bearer = { user: hubUser(app, user.id), info: user.info, issuedAtMs: connection.openedAtMs };
  if (services.revocations.isRevoked({ ...bearer, client: client.id })) return refuse("this user is shut out");
  const isNew = connection.user === undefined;
  if (isNew) {
    if (isUserOverLimit(bearer.user, services)) return refuse("this user has as many connections as they may have");
    connection.user = user;
    client.authenticate(signedIn(bearer));
  }
  connection.line.send(plainFrame("pusher:signin_success", { user_data: userData }));
  if (isNew && app.watchlists) await watch(connection, user.watchlist, services);
}

function readUser(userData: string): SignedIn | string {
  try {
    const read = readJson(userData);
    if ("problem" in read) return `user_data: ${read.problem}`;
    const { id, user_info: info, watchlist = [] } = (read.exact ?? {}) as Record<string, unknown>;
    const fault = appUserIdFault(id);
    if (fault !== undefined) return `user_data.id: ${fault}`;
    if (!isWatchlist(watchlist)) return "user_data.watchlist: must be a list of ids of users, which are texts";
    return { id: id as string, info, watchlist: [...new Set(watchlist)] };
  } catch {
    return "user_data: is not JSON";
  }
}

function isWatchlist(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((id) => appUserIdFault(id) === undefined);
}
