import type { CommandOf, Method } from "@switchyard/protocol/command";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { errorOutcome, type CommandOutcome } from "./command-outcome.ts";
import { connect } from "./commands/connect.ts";
import { history } from "./commands/history.ts";
import { presence } from "./commands/presence.ts";
import { presenceStats } from "./commands/presence-stats.ts";
import { publish } from "./commands/publish.ts";
import { refresh } from "./commands/refresh.ts";
import { subRefresh } from "./commands/sub-refresh.ts";
import { subscribe } from "./commands/subscribe.ts";
import { unsubscribe } from "./commands/unsubscribe.ts";
import type { SessionServices } from "../../session/services.ts";
import type { Session } from "../../session/session.ts";

type Handler<M extends Method> = (
  session: Session,
  request: CommandOf<M>["request"],
  services: SessionServices,
) => CommandOutcome | Promise<CommandOutcome>;

const notAvailable = (): CommandOutcome => errorOutcome("notAvailable");

/**
 * Every method of the protocol and what answers it. An rpc nobody answers is 108, not 104, and a message nobody takes ends
 * the connection: both are what the SDK's own suite expects of a server without handlers.
 */
const commandTable: { readonly [M in Method]: Handler<M> } = {
  connect,
  subscribe,
  unsubscribe,
  publish,
  history,
  refresh,
  rpc: notAvailable,
  presence,
  presence_stats: presenceStats,
  sub_refresh: subRefresh,
  send: () => ({ kind: "disconnect", disconnect: disconnectCodes.notAvailable }),
};

export function runCommand<M extends Method>(session: Session, command: CommandOf<M>, services: SessionServices) {
  // Index access through a type parameter needs the table seen as a map from M.
  const handler: Handler<M> = commandTable[command.method];
  return handler(session, command.request, services);
}
