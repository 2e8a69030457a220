import { access } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { isNativeError } from "node:util/types";
import { cutText } from "@switchyard/runtime/cut-text";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { Handler } from "@switchyard/tasks/handler";
import type { RunAttempt } from "@switchyard/tasks/task-worker";
import { syntaxPlace } from "./syntax-place.ts";

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
  return async ({ task, number, token, signal, progress, log, caller, idempotencyKey }) => {
    const own = logger.child({ handler: name, taskId: task.id, attempt: number });
    const context = {
      taskId: task.id,
      attempt: number,
      group: task.group,
      token,
      signal,
      progress,
      log,
      logger: own,
      ...(caller !== undefined && { caller }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    };
    try {
      return { kind: "succeeded", result: await handler(task.data, context) };
    } catch (error) {
      const message = errorText(error);
      // The stack is for us, the message for whoever enqueued the task. The error itself is not logged: what it carries may be
      // a payload, and its getters may throw.
      const stack = stackOf(error);
      const outcome = { kind: "failed", code: "handler_failed", message, final: false } as const;
      return stack === undefined ? outcome : { ...outcome, detail: { stack } };
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

async function importDefault(name: string, path: string): Promise<Handler> {
  const refuse = (problem: string, cause?: unknown, place = path) =>
    new StartupError("config", `handlers.${name}.module: ${place} ${problem}`, { cause });
  // Asked first, because an import that fails does not say whether this file is missing or one that it imports.
  await access(path).catch((error: unknown) => {
    throw refuse("does not exist; paths are relative to the settings file", error);
  });
  const module = (await import(pathToFileURL(path).href).catch(async (error: unknown) => {
    const place = error instanceof SyntaxError ? await syntaxPlace(path, stackOf(error) ?? "") : undefined;
    const isOther = place !== undefined && !place.startsWith(`${path}:`);
    throw refuse(
      `cannot be loaded: ${errorText(error)}${isOther ? ` (at ${place})` : ""}`,
      error,
      isOther ? path : place,
    );
  })) as { readonly default?: unknown };
  if (typeof module.default !== "function") throw refuse("has no function as its default export");
  return module.default as Handler;
}
