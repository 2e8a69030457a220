import type { Command } from "@switchyard/protocol/command";
import { HubError } from "@switchyard/protocol/hub-error";
import type { CommandOutcome } from "./command-outcome.ts";
import { runCommand } from "./command-table.ts";
import type { SessionServices } from "./services.ts";
import type { Session } from "./session.ts";

/** Runs a command to an outcome, whatever it throws: what nobody foresaw is logged, and a temporary error for the client. */
export async function executeCommand(
  session: Session,
  command: Command,
  services: SessionServices,
): Promise<CommandOutcome> {
  try {
    return await runCommand(session, command, services);
  } catch (error) {
    if (error instanceof HubError) return { kind: "error", error };
    services.logger.error({ err: error, method: command.method }, "command failed");
    return { kind: "error", error: new HubError("internal", undefined, { cause: error }) };
  }
}
