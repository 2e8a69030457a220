import { join } from "node:path";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { listen } from "@switchyard/runtime/listen";
import { loadSettings } from "@switchyard/runtime/load-settings";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import { banner } from "./banner.ts";
import { checkHandlers } from "./check-handlers.ts";
import { lookAtDoorPorts } from "./door-ports.ts";
import { loadCredentials } from "./credentials.ts";
import { startDevelopmentRedis, useRedis } from "./development-redis.ts";
import { createFrontDoor } from "./front-door.ts";
import type { DevOptions } from "./options.ts";
import { assertPortsFree, planPorts } from "./port-plan.ts";
import { processEnvironment } from "./process-environment.ts";
import { openPlainPort } from "./plain-port.ts";
import { reloadOnChange } from "./reload-on-change.ts";
import { shortPath, type Terminal } from "./terminal.ts";
import { startApps } from "./start-apps.ts";

/**
 * Everything `npm start` starts, in order; the stack releases it the other way round: front door, gateways and api, workers,
 * Redis. Whatever can be found wrong is found before the first process starts.
 * @throws StartupError with the cause in a line.
 */
export async function startDevelopment(
  stack: ReleaseStack,
  deps: { options: DevOptions; environment: NodeJS.ProcessEnv; terminal: Terminal; stopping: AbortSignal },
): Promise<void> {
  const { options, environment, terminal, stopping } = deps;
  const { redisUrl, directory, verbose } = options;
  const settings = loadSettings({ ...environment, SWITCHYARD_CONFIG: options.settingsPath });
  const ports = planPorts(options);
  await assertPortsFree(ports, { withRedis: redisUrl === undefined });
  const credentials = await loadCredentials(directory, settings);

  const redis =
    redisUrl === undefined
      ? await startDevelopmentRedis({ directory, port: ports.redis, environment, terminal })
      : await useRedis(redisUrl, terminal);
  stack.use(redis);
  stopping.throwIfAborted();

  const env = processEnvironment(environment, { options, settings, credentials, redisUrl: redis.url });
  const logDirectory = join(directory, "logs");
  const developed = loadSettings(env);
  const stopTimeoutMs = parseDurationMs(developed.shutdown.timeout) + 2_000;
  const doors = await lookAtDoorPorts(developed);
  const apps = await startApps(stack, { ports, env, logDirectory, verbose, terminal, stopTimeoutMs, stopping });

  const { settingsPath } = options;
  const check = () => checkHandlers(env);
  const reload = reloadOnChange({ settingsPath, environment, settings, terminal, apps, check });
  stack.defer("reload", () => reload.close());

  const frontDoor = createFrontDoor({ gatewayPorts: ports.gateways, apiPort: ports.api });
  await listen(frontDoor, { host: "127.0.0.1", port: ports.frontDoor });
  stack.defer("front door", () => {
    // Only new connections are refused: the gateways say goodbye through the open ones.
    frontDoor.close();
    frontDoor.closeIdleConnections();
  });
  if (developed.plain.enabled) doors.unshift(await openPlainPort(stack, frontDoor, settings.plain.port));
  const { apps: pusherApps } = developed.pusher;
  const facts = { port: ports.frontDoor, doors, credentials, pusherApps, logs: shortPath(logDirectory) };
  terminal.print(banner(terminal, facts));
}
