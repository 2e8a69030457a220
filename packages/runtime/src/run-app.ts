import type { Logger } from "pino";
import { createReleaseStack, type ReleaseStack } from "./release-stack.ts";
import { StartupError } from "./startup-error.ts";

/**
 * The life of a process, the same for every app.
 *
 *   start  build everything and begin work; a failure releases what was built, prints one line and exits 1 (78 for config)
 *   drain  on the first SIGTERM or SIGINT: readiness turns false, nothing new is accepted, what is in flight is finished
 *   close  release everything in reverse order; exit 0, or 1 when the deadline passes first
 *
 * A second signal exits at once with 130: whoever sends it twice means it. SIGPIPE is absent on purpose: Node ignores
 * it, and a vanished log reader must not stop a gateway.
 */
export interface RunningApp {
  /** Stops accepting and finishes what is in flight; bounded by the app itself. */
  drain(): Promise<void>;
}

export interface RunAppOptions {
  readonly name: string;
  /** Loads settings; throws {@link StartupError} with all problems at once. */
  readonly load: () => {
    logger: Logger;
    shutdownTimeoutMs: number;
    start: (stack: ReleaseStack) => Promise<RunningApp>;
  };
}

/** Exit codes follow sysexits(3) for configuration and the shell's 128+SIGINT for a forced stop. */
const exitCodes = { clean: 0, failed: 1, config: 78, forced: 130 } as const;

export async function runApp({ name, load }: RunAppOptions): Promise<void> {
  const stack = createReleaseStack();
  try {
    const { logger, shutdownTimeoutMs, start } = load();
    reportCrashes(logger);
    // Registered before `start`: a signal during start-up must not be lost.
    const stopRequested = nextSignal();
    const app = await start(stack);
    logger.info({ pid: process.pid }, "started");
    const signal = await stopRequested;
    logger.info({ signal }, "stopping");
    process.exitCode = await stopWithin(shutdownTimeoutMs, app, stack, logger);
  } catch (error) {
    await stack.close().catch(() => undefined);
    process.stderr.write(`switchyard ${name}: ${describe(error)}\n`);
    process.exitCode = error instanceof StartupError && error.kind === "config" ? exitCodes.config : exitCodes.failed;
  }
  // A handle somebody forgot must not keep a stopped process alive.
  process.exit();
}

async function stopWithin(timeoutMs: number, app: RunningApp, stack: ReleaseStack, logger: Logger): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<"deadline">((resolve) => {
    timer = setTimeout(resolve, timeoutMs, "deadline");
  });
  try {
    const stopped = (async () => {
      await app.drain();
      await stack.close();
      return "stopped" as const;
    })();
    const outcome = await Promise.race([stopped, deadline]);
    if (outcome === "stopped") {
      logger.info("stopped");
      return exitCodes.clean;
    }
    logger.error({ timeoutMs }, "shutdown deadline exceeded");
  } catch (error) {
    logger.error({ err: error }, "shutdown failed");
  } finally {
    clearTimeout(timer);
  }
  return exitCodes.failed;
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let seen = false;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (seen) process.exit(exitCodes.forced);
        seen = true;
        resolve(signal);
      });
    }
  });
}

/** State is unknown after an uncaught error: log it and let the supervisor start a fresh process. */
function reportCrashes(logger: Logger): void {
  const crash = (error: unknown) => {
    logger.fatal({ err: error }, "uncaught error");
    process.exit(exitCodes.failed);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}

function describe(error: unknown): string {
  if (error instanceof StartupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
