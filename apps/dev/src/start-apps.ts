import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { PortPlan } from "./port-plan.ts";
import { openProcessLog } from "./process-log.ts";
import { type SupervisedApp, superviseApp } from "./supervise-app.ts";
import type { Terminal } from "./terminal.ts";

export interface StartAppsOptions {
  readonly ports: PortPlan;
  readonly env: NodeJS.ProcessEnv;
  readonly logDirectory: string;
  readonly verbose: boolean;
  readonly terminal: Terminal;
  readonly stopTimeoutMs: number;
  /** Aborted when a person stops the start; the processes begun so far are on the stack. */
  readonly stopping: AbortSignal;
}

/** Ports that only one process of a machine can have: the first gateway has them. */
const doorsOfTheFirst = { SWITCHYARD_TEXT_ENABLED: "false", SWITCHYARD_UDP_ENABLED: "false" };

/** Those that are started again when settings of tasks change. */
export interface StartedApps {
  readonly workers: readonly SupervisedApp[];
  readonly api: SupervisedApp;
}

/**
 * Starts all processes at once and waits until the last is ready. They are released in two steps: gateways and api, which
 * take work in, before the workers that finish it.
 * @throws StartupError of the first that ends before it is ready.
 */
export async function startApps(stack: ReleaseStack, options: StartAppsOptions): Promise<StartedApps> {
  const start = (app: "gateway" | "api" | "worker", name: string, port: number) => {
    const { terminal, env } = options;
    const supervised = superviseApp(
      {
        name,
        main: fileURLToPath(new URL(`../../${app}/src/main.ts`, import.meta.url)),
        port,
        env: {
          ...env,
          [`SWITCHYARD_${app.toUpperCase()}_PORT`]: String(port),
          ...(app === "gateway" && { SWITCHYARD_GATEWAY_NAME: name }),
          ...(app === "gateway" && port !== options.ports.gateways[0] && doorsOfTheFirst),
        },
        readyTimeoutMs: 30_000,
        stopTimeoutMs: options.stopTimeoutMs,
      },
      { terminal, log: openProcessLog({ name, directory: options.logDirectory, verbose: options.verbose, terminal }) },
    );
    return { ...supervised, ready: supervised.ready.then(() => terminal.say(name, `ready on ${port}`)) };
  };
  const closeAll = (apps: readonly { close(): Promise<void> }[]) => async () => {
    await Promise.all(apps.map((app) => app.close()));
  };

  const workers = options.ports.workers.map((port, index) => start("worker", `worker-${index + 1}`, port));
  stack.defer("workers", closeAll(workers));
  const gateways = options.ports.gateways.map((port, index) => start("gateway", `gateway-${index + 1}`, port));
  const api = start("api", "api", options.ports.api);
  stack.defer("gateways and api", closeAll([...gateways, api]));
  const ready = Promise.all([...workers, ...gateways, api].map((app) => app.ready));
  await Promise.race([ready, once(options.stopping, "abort")]);
  options.stopping.throwIfAborted();
  return { workers, api };
}
