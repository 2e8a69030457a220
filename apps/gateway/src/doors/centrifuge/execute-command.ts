import type { Command } from "@switchyard/protocol/command";
import { HubError } from "@switchyard/protocol/hub-error";
import { findUnservedField } from "@switchyard/protocol/request-fields";
import { errorOutcome, type CommandOutcome } from "./command-outcome.ts";
import { runCommand } from "./command-table.ts";
import type { SessionServices } from "../../session/services.ts";
import type { Session } from "../../session/session.ts";

/**
 * Runs a command to an outcome, whatever it throws: an unforeseen failure is logged, and a temporary error for the client.
 * Every command of every connection comes through here, so here a field is refused that the hub does not serve.
 */
export async function executeCommand(
  session: Session,
  command: Command,
  services: SessionServices,
): Promise<CommandOutcome> {
  if (command.problem !== undefined) return errorOutcome("badRequest", command.problem);
  const unserved = findUnservedField(command.method, command.request);
  if (unserved !== undefined) return errorOutcome(unserved.error, `${unserved.field} is not served`);
  try {
    return await runCommand(session, command, services);
  } catch (error) {
    if (error instanceof HubError) return { kind: "error", error };
    services.logger.error({ err: error, method: command.method }, "command failed");
    return { kind: "error", error: new HubError("internal", undefined, { cause: error }) };
  }
}
