import { once } from "node:events";
import { createServer } from "node:net";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { DevOptions } from "./options.ts";

/** Every port follows from the front door's, so that one variable moves a whole hub out of another's way. */
export interface PortPlan {
  readonly frontDoor: number;
  readonly gateways: readonly number[];
  readonly api: number;
  readonly workers: readonly number[];
  readonly redis: number;
}

export function planPorts({ port, gateways, workers }: Pick<DevOptions, "port" | "gateways" | "workers">): PortPlan {
  return {
    frontDoor: port,
    gateways: Array.from({ length: gateways }, (_, index) => port + 1 + index),
    api: port + 10,
    workers: Array.from({ length: workers }, (_, index) => port + 20 + index),
    redis: port + 79,
  };
}

/**
 * Looks at all ports before anything starts: half a hub that then fails is worse than none.
 * @throws StartupError naming every port that is taken.
 */
export async function assertPortsFree(plan: PortPlan, { withRedis }: { withRedis: boolean }): Promise<void> {
  const named: [string, number][] = [
    ["front door", plan.frontDoor],
    ...plan.gateways.map((port, index): [string, number] => [`gateway-${index + 1}`, port]),
    ["api", plan.api],
    ...plan.workers.map((port, index): [string, number] => [`worker-${index + 1}`, port]),
    ...(withRedis ? [["redis", plan.redis] satisfies [string, number]] : []),
  ];
  const free = await Promise.all(named.map(([, port]) => isFree(port)));
  const taken = named.filter((_, index) => free[index] === false).map(([name, port]) => `${port} (${name})`);
  if (taken.length === 0) return;
  throw new StartupError(
    "environment",
    `port ${taken.join(", ")} is taken; stop what holds it (another npm start?) or set SWITCHYARD_PORT, now ${plan.frontDoor}, to move all ports`,
  );
}

/** @throws StartupError where this user may not have it */
export async function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") return false;
    if (code === "EACCES") {
      throw new StartupError(
        "environment",
        `port ${port} is not allowed for this user; set SWITCHYARD_PORT above 1023`,
      );
    }
    throw error;
  }
}
