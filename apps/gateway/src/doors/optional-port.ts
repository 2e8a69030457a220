import { explainListenError } from "@switchyard/runtime/listen";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";

export interface OptionalPort {
  /** Of its settings; also what it is called in the log. */
  readonly door: string;
  /** Its settings, of which nothing else is told: there may be a secret among them. */
  readonly address: { readonly host: string; readonly port: number };
  readonly gateway: Pick<Settings["gateway"], "skip_taken_ports">;
  readonly logger: Pick<Logger, "info" | "warn">;
  /** Resolves with the port once it is open. */
  readonly open: () => Promise<number>;
}

/**
 * Opens a port that a door has beside the gateway's own. False: it is taken, and the door is left out, as in development where a
 * second hub on the machine is no reason not to start. Elsewhere what was configured is there or the process is not.
 * @throws StartupError when the port cannot be had
 */
export async function openOptionalPort({ door, address, gateway, logger, open }: OptionalPort): Promise<boolean> {
  const { host, port } = address;
  try {
    logger.info({ door, host, port: await open() }, "door open");
    return true;
  } catch (error) {
    const reason = explainListenError(error as NodeJS.ErrnoException, { host, port });
    if (!(reason instanceof StartupError)) throw error;
    if (gateway.skip_taken_ports && (error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      logger.warn({ door, host, port }, "its port is taken, so this door stays closed");
      return false;
    }
    throw new StartupError(reason.kind, `the ${door} door: ${reason.message} (${door}.port, ${door}.enabled)`, {
      cause: error,
    });
  }
}
