import { access } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { isNativeError } from "node:util/types";
import { cutText } from "@switchyard/runtime/cut-text";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { Handler } from "@switchyard/tasks/handler";
import type { RunAttempt } from "@switchyard/tasks/task-worker";
import { logFailure } from "./log-failure.ts";

export interface ModuleHandlerOptions {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly logger: Logger;
}

/**
 * A function in this very process: the fastest kind, and the one that must behave. It shares the event loop with every
 * other attempt, and one that ignores its signal is given up but goes on using memory and processor.
 *
 * @throws StartupError when the file is missing, does not load, or exports no function by default.
 */
export async function loadModuleHandler({ name, path, logger }: ModuleHandlerOptions): Promise<RunAttempt> {
  const handler = await importDefault(name, path);
  return async ({ task, number, token, signal, progress }) => {
    const own = logger.child({ handler: name, taskId: task.id, attempt: number });
    const context = { taskId: task.id, attempt: number, group: task.group, token, signal, progress, logger: own };
    try {
      return { kind: "succeeded", result: await handler(task.data, context) };
    } catch (error) {
      const message = errorText(error);
      // The stack is for us, the message for whoever enqueued the task. The error itself is not logged: what it carries may be
      // a payload, and its getters may throw.
      logFailure(signal, { error: message, stack: stackOf(error) }, own);
      return { kind: "failed", code: "handler_failed", message, final: false };
    }
  };
}

const stackMaxLength = 8_000;

function stackOf(error: unknown): string | undefined {
  try {
    return isNativeError(error) && typeof error.stack === "string" ? cutText(error.stack, stackMaxLength) : undefined;
  } catch {
    return undefined;
  }
}

/** Node puts file and line of what it could not parse in front of the stack, and nowhere else. */
function placeOf(error: unknown): string {
  const [, place] = /^(\S[^\n]*:\d+)\n/.exec(stackOf(error) ?? "") ?? [];
  return place === undefined ? "" : ` (at ${place})`;
}

async function importDefault(name: string, path: string): Promise<Handler> {
  const refuse = (problem: string, cause?: unknown) =>
    new StartupError("config", `handlers.${name}.module: ${path} ${problem}`, { cause });
  // Asked first, because an import that fails does not say whether this file is missing or one that it imports.
  await access(path).catch((error: unknown) => {
    throw refuse("does not exist; paths are relative to the settings file", error);
  });
  const module = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw refuse(`cannot be loaded: ${errorText(error)}${placeOf(error)}`, error);
  })) as { readonly default?: unknown };
  if (typeof module.default !== "function") throw refuse("has no function as its default export");
  return module.default as Handler;
}
