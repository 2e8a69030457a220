import type { Control } from "@switchyard/broker/control";
import {
  type Annotation,
  type ConnectionDetail,
  metaMaxBytes,
  type NodeCommand,
} from "@switchyard/broker/node-command";
import { ApiError } from "../errors/api-error.ts";
import { orOutcomeUnknown, orUnavailable } from "../errors/or-unavailable.ts";
import type { IndexDeps } from "./connection-index.ts";
import { connectionUnknown, gatewaySilent } from "./connection-failures.ts";

export interface ConnectionLineDeps extends IndexDeps<"one"> {
  readonly control: Pick<Control, "ask" | "askConnection">;
}

/** A command about one connection, and the connection it is about. */
type CommandOfOne = NodeCommand & { readonly target: { readonly client: string } };

/**
 * Does something with one connection. The index says which gateway has it, and that one alone is asked; one that has come this moment
 * is not in the index yet, so then all of them are, until one says that it was there.
 * @throws ApiError `connection_unknown` where it is nowhere, `outcome_unknown` where its gateway does not answer in a second
 */
export async function commandOne(command: CommandOfOne, { connections, control }: ConnectionLineDeps): Promise<void> {
  const node = await nodeOf(command.target.client, connections);
  const options = node === undefined ? { enough: 1 } : { nodes: [node], enough: 1 };
  const { nodes, answered, connections: concerned } = await orOutcomeUnknown(control.ask(command, options));
  if (concerned > 0) return;
  throw answered < nodes ? gatewaySilent() : connectionUnknown();
}

/**
 * Changes the notes about a connection, in the same way.
 * @throws ApiError as {@link commandOne} does, and `invalid_request` where they would be too large
 */
export async function annotateOne(
  client: string,
  annotate: Annotation,
  { connections, control }: ConnectionLineDeps,
): Promise<ConnectionDetail> {
  const node = await nodeOf(client, connections);
  const answer = await orOutcomeUnknown(control.askConnection({ client, annotate }, node));
  if (answer === "gone") throw connectionUnknown();
  if (answer === "silent") throw gatewaySilent();
  if (answer !== "meta_too_large") return answer;
  throw new ApiError("invalid_request", `meta: must have ${metaMaxBytes} bytes or fewer, with what is there already`, {
    field: "meta",
  });
}

async function nodeOf(client: string, connections: ConnectionLineDeps["connections"]): Promise<string | undefined> {
  if (connections === undefined) return undefined;
  return (await orUnavailable(connections.one(client)))?.node;
}
