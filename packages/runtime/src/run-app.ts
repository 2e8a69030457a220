import { parseDurationMs } from "./config/duration.ts";
import { type SettingSchema, unknownVariables } from "./config/environment.ts";
import { describeSettings, type EffectiveSettings } from "./config/effective-settings.ts";
import { readSettings } from "./config/load-settings.ts";
import { Settings } from "./config/settings.ts";
import { findShortSecrets } from "./config/short-secrets.ts";
import { finishLog } from "./finish-log.ts";
import { createLogger, type Logger } from "./logger.ts";
import { createReleaseStack, type ReleaseStack } from "./release-stack.ts";
import { StartupError } from "./startup-error.ts";

/**
 * The life of a process, the same for every app.
 *
 *   start  build everything and begin work; a failure releases what was built, prints one line and exits 1 (78 for config)
 *   drain  on the first SIGTERM or SIGINT, once the start has come to its end: readiness turns false, nothing new is accepted, what is in flight is finished
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
  /** Where the settings are from; see `loadSettings`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly start: (parts: AppParts) => Promise<RunningApp>;
  /** Lines for `--help` of what else it may be started with. */
  readonly options?: string;
  /** Once aborted, the process stops as on its first signal. */
  readonly stopping?: AbortSignal;
  /** Stand in every line of its log. */
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** What every process begins with. */
export interface AppParts {
  readonly settings: Settings;
  /** The same, fit to be told to others. */
  readonly effective: EffectiveSettings;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  /** Resolves when the process is to stop: a start that waits for others waits no longer. */
  readonly stopRequested: Promise<unknown>;
}

/** Exit codes follow sysexits(3) for configuration and the shell's 128+SIGINT for a forced stop. */
const exitCodes = { clean: 0, failed: 1, config: 78, forced: 130 } as const;

export async function runApp({
  name,
  environment,
  start,
  stopping,
  fields,
  options = "",
}: RunAppOptions): Promise<void> {
  if (process.argv.includes("--help")) {
    process.stdout.write(helpOf(name, options));
    process.exit(exitCodes.clean);
  }
  const stack = createReleaseStack();
  let log: Logger | undefined;
  try {
    const loaded = readSettings(environment);
    const { settings } = loaded;
    const effective = describeSettings(loaded);
    const shutdownTimeoutMs = parseDurationMs(settings.shutdown.timeout);
    const logger = createLogger({ app: name, level: settings.log.level }).child({ ...fields });
    log = logger;
    reportCrashes(logger);
    const short = findShortSecrets(Settings as SettingSchema, settings);
    if (short.length > 0) logger.warn({ short }, "secrets that can be guessed are allowed (allow_short_secrets)");
    const unknown = unknownVariables(Settings, environment);
    if (unknown.length > 0)
      logger.warn({ variables: unknown }, "variables that set nothing; see docs/configuration.md");
    // Registered before `start`: a signal during start-up must not be lost.
    const stopRequested = nextSignal(logger, stopping);
    const running = start({ settings, effective, logger, stack, stopRequested }).then((app) => {
      logger.info({ pid: process.pid }, "started");
      return app;
    });
    // The deadline counts from the signal, also for a start: one that never ends must not keep the process.
    const signal = await Promise.race([running.then(() => stopRequested), stopRequested]);
    logger.info({ signal }, "stopping");
    process.exitCode = await stopWithin(shutdownTimeoutMs, running, stack, logger);
  } catch (error) {
    await stack.close().catch(() => undefined);
    process.stderr.write(`switchyard ${name}: ${describe(error)}\n`);
    process.exitCode = error instanceof StartupError && error.kind === "config" ? exitCodes.config : exitCodes.failed;
  }
  await finishLog(log);
  // A handle somebody forgot must not keep a stopped process alive.
  process.exit();
}

function helpOf(name: string, options: string): string {
  return `The ${name} of Switchyard. Its settings are in the JSON file that SWITCHYARD_CONFIG names; SWITCHYARD_* variables override
them. docs/configuration.md has all of both. It runs until SIGTERM or SIGINT; exit code 78: the settings cannot be used.

${options}  --help    print this\n`;
}

async function stopWithin(
  timeoutMs: number,
  running: Promise<RunningApp>,
  stack: ReleaseStack,
  logger: Logger,
): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<"deadline">((resolve) => {
    timer = setTimeout(resolve, timeoutMs, "deadline");
  });
  try {
    const stopped = (async () => {
      const app = await running;
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

function nextSignal(logger: Logger, stopping?: AbortSignal): Promise<NodeJS.Signals | "told"> {
  return new Promise((resolve) => {
    let seen = false;
    if (stopping?.aborted === true) resolve("told");
    stopping?.addEventListener("abort", () => resolve("told"));
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (seen) void finishLog(logger).finally(() => process.exit(exitCodes.forced));
        seen = true;
        resolve(signal);
      });
    }
  });
}

/** State is unknown after an uncaught error: log it and let the supervisor start a fresh process. */
function reportCrashes(logger: Logger): void {
  let isCrashed = false;
  const crash = (error: unknown) => {
    // What is broken may throw again and again while the first error is written.
    if (isCrashed) return;
    isCrashed = true;
    // Also of a process that has stopped in order and is saying its last lines.
    process.exitCode = exitCodes.failed;
    const tell = () => logger.fatal({ err: error }, "uncaught error");
    void finishLog(logger, tell).finally(() => process.exit(exitCodes.failed));
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}

function describe(error: unknown): string {
  if (error instanceof StartupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
