import { resolve } from "node:path";
import { createOutbound } from "@switchyard/outbound/create-outbound";
import type { Outbound } from "@switchyard/outbound/outbound";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { HandlerSpec } from "@switchyard/runtime/tasks-section";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { Outcome, RunAttempt } from "@switchyard/tasks/task-worker";
import { callbackHandler } from "@switchyard/tasks/task";
import { createCallbackHandler } from "./handlers/callback-handler.ts";
import { createCommandHandler } from "./handlers/command-handler.ts";
import { createHttpHandler } from "./handlers/http-handler.ts";
import { loadModuleHandler } from "./handlers/module-handler.ts";

/** What this worker can run: handler name to what runs it. */
export interface Catalog {
  readonly names: ReadonlySet<string>;
  /** Runs an attempt by its task's handler; an unknown one fails the task at once. */
  readonly run: RunAttempt;
}

export interface CatalogOptions {
  readonly handlers: Settings["handlers"];
  readonly tasks: Settings["tasks"];
  readonly logger: Logger;
  /** Where relative paths begin. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The hub's own handlers, besides the one that needs the secret. */
  readonly hubsOwn?: ReadonlyMap<string, RunAttempt>;
}

/** @throws StartupError naming the handler that cannot be used. */
export async function createCatalog(options: CatalogOptions): Promise<Catalog> {
  const outbound = outboundOf(options.tasks);
  const entries = await Promise.all(
    Object.entries(options.handlers).map(
      async ([name, spec]) => [name, await load(name, spec, { ...options, outbound })] as const,
    ),
  );
  const handlers = new Map<string, RunAttempt>([...entries, ...(options.hubsOwn ?? [])]);
  if (outbound !== undefined) handlers.set(callbackHandler, createCallbackHandler(outbound));
  return {
    names: new Set(handlers.keys()),
    async run(attempt) {
      const handler = handlers.get(attempt.task.handler);
      if (handler !== undefined) return handler(attempt);
      if (attempt.task.handler === callbackHandler) return unsigned;
      const message = `no handler is called \`${attempt.task.handler}\`; declare it under \`handlers\` in the settings of the workers`;
      return { kind: "failed", code: "handler_unknown", message, final: true };
    },
  };
}

/** Another worker may have the secret. */
const unsigned: Outcome = {
  kind: "failed",
  code: "handler_failed",
  message: "the worker has no tasks.signing_secret",
  final: false,
};

/** Without a secret nothing can be signed, and nothing is sent. */
function outboundOf(tasks: Settings["tasks"]): Outbound | undefined {
  const { signing_secret: secret, signing_previous_secret: previous } = tasks;
  if (secret === "") return undefined;
  return createOutbound({
    secrets: [secret, previous].filter((text) => text !== ""),
    allowedHosts: tasks.callback_allowed_hosts,
    allowedPorts: tasks.callback_allowed_ports,
  });
}

type LoadOptions = CatalogOptions & { readonly outbound: Outbound | undefined };

function load(name: string, spec: HandlerSpec, { logger, directory, environment, outbound }: LoadOptions) {
  switch (spec.kind) {
    case "module":
      return loadModuleHandler({ name, path: resolve(directory, spec.module), logger });
    case "command":
      return createCommandHandler({
        command: spec.command,
        cwd: resolve(directory, spec.cwd ?? "."),
        environment,
        logger,
      });
    case "http":
      if (outbound !== undefined) return createHttpHandler({ url: spec.url, outbound });
      throw new StartupError("config", `handlers.${name}: kind http needs tasks.signing_secret; set it`);
    default:
      return unreachable(spec);
  }
}
