import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import { loadCredentials } from "./credentials.ts";
import { helpText, readOptions, type DevOptions } from "./options.ts";
import { exportLines, passwordLine } from "./shell-lines.ts";
import { startDevelopment } from "./start-development.ts";
import { createTerminal } from "./terminal.ts";

// `npm start`. Unlike the other processes it talks to a person, not to an orchestrator: text instead of JSON lines.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const environment = process.env;
const stack = createReleaseStack();
const stopping = new AbortController();
const terminal = createTerminal({
  write: (line) => console.log(line),
  colored: process.stdout.isTTY && !environment["NO_COLOR"] && environment["TERM"] !== "dumb",
});

listenForSignals();
// Below npm alone: a shell that started this in the background may go away.
if (environment["npm_lifecycle_event"] !== undefined) watchParent(() => stopping.abort());
// A reader such as `head`, or the terminal itself, may go away; that is no reason to leave the hub half stopped.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.exitCode = await run();
process.exit();

async function run(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), environment, root);
    if (options.help) {
      terminal.print(helpText);
      return 0;
    }
    if (options.printEnv) {
      const settings = loadSettings({ ...environment, SWITCHYARD_CONFIG: options.settingsPath });
      const credentials = await loadCredentials(options.directory, settings);
      exportLines(credentials, options.port).forEach((line) => terminal.print(line));
      terminal.print(passwordLine(credentials, options.port));
      return 0;
    }
    await untilStopped(options);
    terminal.print("\nstopping …");
    await stack.close();
    terminal.print("stopped; data and keys are kept");
    return 0;
  } catch (error) {
    await stack.close().catch((failure: unknown) => console.error(failure));
    console.error(error instanceof StartupError ? `npm start: ${error.message}` : error);
    return error instanceof StartupError && error.kind === "config" ? 78 : 1;
  }
}

/** Returns when a signal asks to stop; one that comes during the start makes the start give up where it is. */
async function untilStopped(options: DevOptions): Promise<void> {
  // Before the start, because the signal may come during it.
  const stopRequested = once(stopping.signal, "abort");
  try {
    await startDevelopment(stack, { options, environment, terminal, stopping: stopping.signal });
    await stopRequested;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

/** The first signal stops in order, the second at once: what is bound to this process then ends with it. */
function listenForSignals(): void {
  let firstAt: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      firstAt ??= performance.now();
      // One Ctrl-C arrives twice: from the terminal, and passed on by npm, which on a busy machine has to wait for its turn.
      // A person who means it presses again.
      if (performance.now() - firstAt > 1_000) process.exit(130);
      stopping.abort();
    });
  }
}

/**
 * Calls back once the process that started this one is gone, as after `kill -9` of npm: no signal tells, but the kernel gives
 * an orphan another parent. Looked at four times a second; a pipe would tell at once, but npm gives its scripts none.
 */
function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 250);
  timer.unref();
}
