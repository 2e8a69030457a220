import { resolve } from "node:path";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { HandlerSpec } from "@switchyard/runtime/tasks-section";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { RunAttempt } from "@switchyard/tasks/task-worker";
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
}

/** @throws StartupError naming the handler that cannot be used. */
export async function createCatalog(options: CatalogOptions): Promise<Catalog> {
  const entries = await Promise.all(
    Object.entries(options.handlers).map(async ([name, spec]) => [name, await load(name, spec, options)] as const),
  );
  const { signing_secret: signingSecret, callback_allowed_hosts: hosts } = options.tasks;
  const callback = createCallbackHandler({ signingSecret, allowedHosts: new Set(hosts) });
  const handlers = new Map<string, RunAttempt>([...entries, [callbackHandler, callback]]);
  return {
    names: new Set(handlers.keys()),
    async run(attempt) {
      const handler = handlers.get(attempt.task.handler);
      if (handler !== undefined) return handler(attempt);
      const message = `no handler is called \`${attempt.task.handler}\`; declare it under \`handlers\` in the settings of the workers`;
      return { kind: "failed", code: "handler_unknown", message, final: true };
    },
  };
}

function load(name: string, spec: HandlerSpec, { logger, directory, environment, tasks }: CatalogOptions) {
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
    case "http": {
      const { signing_secret: signingSecret } = tasks;
      if (signingSecret !== "") return createHttpHandler({ url: spec.url, signingSecret });
      throw new StartupError("config", `handlers.${name}: kind http needs tasks.signing_secret; set it`);
    }
    default:
      return unreachable(spec);
  }
}
