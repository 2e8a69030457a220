import { HubError } from "@switchyard/protocol/hub-error";
import { nearestName } from "@switchyard/runtime/nearest-name";
import type { FastifyBaseLogger } from "fastify";
import type { ApiScope } from "../access/api-keys.ts";
import type { Caller } from "../access/repeat-key.ts";
import { ApiError } from "../errors/api-error.ts";
import type { RpcCommand } from "./rpc-command.ts";
import { type RpcErrorBody, toRpcError } from "./rpc-error.ts";
import { runInOrder } from "./run-in-order.ts";

/** The commands there are, by method, each with the scope it needs. */
export type Commands = ReadonlyMap<string, { readonly command: RpcCommand; readonly needs: ApiScope }>;

/** One of several commands in a request. `place` names it in messages. */
export interface NamedCommand {
  readonly method: string;
  readonly params: unknown;
  readonly place: string;
}

export type CommandOutcome = { readonly result: object } | { readonly error: RpcErrorBody };

export interface RunOptions {
  readonly commands: Commands;
  readonly caller: Caller;
  readonly log: FastifyBaseLogger;
  /** Do not wait for one before the next. */
  readonly parallel?: boolean;
}

/** A gateway that hangs holds up each command about connections for a second. */
const timeoutMs = 20_000;

/** Commands at once in one request. */
export const commandsMax = 1_000;

/**
 * Runs the commands of one request and answers each for itself, in their order; a function in the place of a command makes
 * that command or throws why it is none. When Redis is found away the rest is not tried.
 */
export async function runCommands(
  entries: readonly (() => NamedCommand)[],
  options: RunOptions,
): Promise<readonly CommandOutcome[]> {
  const run = (entry: () => NamedCommand, index: number) => settle(entry, index, options);
  const settled =
    options.parallel === true
      ? await Promise.all(entries.map(run))
      : await runInOrder(entries, run, {
          isHopeless: ({ isOutage }) => isOutage,
          notTried,
          timeoutMs,
          keepsPlace: (entry) => keepsPlace(entry, options.commands),
        });
  return settled.map(({ outcome }) => outcome);
}

function keepsPlace(entry: () => NamedCommand, commands: Commands): boolean {
  try {
    const { method, params } = entry();
    return commands.get(method)?.command.keepsPlace(params) === true;
  } catch {
    // It is none, and is answered so in its turn.
    return false;
  }
}

function call(
  { method, params, place }: NamedCommand,
  index: number,
  { commands, caller }: RunOptions,
): Promise<object> {
  const found = commands.get(method);
  if (found === undefined) {
    const nearest = nearestName(method, [...commands.keys()]);
    const hint =
      nearest === undefined ? `known are ${[...commands.keys()].join(", ")}` : `did you mean \`${nearest}\`?`;
    throw new HubError("methodNotFound", `${place}: ${hint}`);
  }
  caller.apiKey.require(found.needs);
  return found.command.call(params, { ...caller, index });
}

interface Settled {
  readonly outcome: CommandOutcome;
  /** Redis is away, and the next command would wait for it as long. */
  readonly isOutage: boolean;
}

async function settle(entry: () => NamedCommand, index: number, options: RunOptions): Promise<Settled> {
  try {
    return { outcome: { result: await call(entry(), index, options) }, isOutage: false };
  } catch (error) {
    const told =
      error instanceof HubError || error instanceof ApiError
        ? error
        : new HubError("internal", undefined, { cause: error });
    if (told !== error || told.code === "internal") options.log.error({ err: error }, "command failed");
    return { outcome: { error: toRpcError(told) }, isOutage: outages.includes(told.code) };
  }
}

/** An error that Redis has answered is this command's own trouble, and that of no other. */
const outages: readonly (string | number)[] = ["unavailable", "outcome_unknown"];
const notTried: Settled = {
  isOutage: true,
  outcome: {
    error: toRpcError(
      new HubError(
        "internal",
        "not tried, because Redis did not answer a command before it, or those took long; try again",
      ),
    ),
  },
};
