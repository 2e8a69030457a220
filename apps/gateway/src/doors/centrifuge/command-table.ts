import type { Command, CommandOf, Method } from "@switchyard/protocol/command";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Results } from "@switchyard/protocol/encoding/results";
import { findUnservedField } from "@switchyard/protocol/request-fields";
import type { Turn } from "../../decisions/hook.ts";
import type { Client } from "../../session/client.ts";
import { publishAsClient } from "../../session/publish-as-client.ts";
import { orRefusal, refuse, type Refusal } from "../../session/refusal.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { connect } from "./commands/connect.ts";
import { history } from "./commands/history.ts";
import { presence, presenceStats } from "./commands/presence.ts";
import { refresh, subRefresh } from "./commands/refresh.ts";
import { rpc } from "./commands/rpc.ts";
import { subscribe, unsubscribe } from "./commands/subscribe.ts";
import type { CentrifugeServices } from "./services.ts";

type ResultOf<M extends Method> = M extends keyof Results ? Results[M] : never;

type Handler<M extends Method> = (
  client: Client,
  request: CommandOf<M>["request"],
  services: CentrifugeServices,
  turn?: Turn,
) => CommandOutcome<ResultOf<M>> | Promise<CommandOutcome<ResultOf<M>>>;

/**
 * Every method of the protocol and what answers it. An rpc nobody answers is 108, not 104, and a message nobody takes ends
 * the connection: both are what the SDK's own suite expects of a server without handlers.
 */
const commandTable: { readonly [M in Method]: Handler<M> } = {
  connect,
  subscribe,
  unsubscribe,
  publish: async (client, { channel, data }, services, turn) =>
    (await publishAsClient(client, { channel, data, turn }, services)) ?? { kind: "reply", result: {} },
  history,
  refresh,
  rpc,
  presence,
  presence_stats: presenceStats,
  sub_refresh: subRefresh,
  send: (): Refusal => ({ kind: "disconnect", disconnect: disconnectCodes.notAvailable }),
};

function runCommand<M extends Method>(client: Client, command: CommandOf<M>, { services, turn }: Running) {
  // Index access through a type parameter needs the table seen as a map from M.
  const handler: Handler<M> = commandTable[command.method];
  return handler(client, command.request, services, turn);
}

interface Running {
  readonly services: CentrifugeServices;
  /** Of a command that asks a back end. */
  readonly turn?: Turn | undefined;
}

/**
 * Runs a command to an outcome, whatever it throws: an unforeseen failure is logged, and a temporary error for the client.
 * Every command of every connection comes through here, so here a field is refused that the hub does not serve.
 */
export async function executeCommand(
  client: Client,
  command: Command,
  services: CentrifugeServices,
  turn?: Turn,
): Promise<CommandOutcome> {
  if (command.problem !== undefined) return refuse("badRequest", command.problem);
  const unserved = findUnservedField(command.method, command.request);
  if (unserved !== undefined) return refuse(unserved.error, `${unserved.field} is not served`);
  return orRefusal(() => runCommand(client, command, { services, turn }), command.method, services);
}
