import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type AppName, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { isPooled, startPool } from "./pooled-worker.ts";

/** One app, started again whenever it ends, as systemd and Kubernetes do it; on the same port each time. */
export interface SupervisedApp {
  /** The process there is now, if it is ready. */
  readonly process: AppProcess | undefined;
  /** Stays the same. */
  readonly url: string;
  /** How often it was started again; of a pool, its processes as well. */
  readonly restarts: number;
  ready(): Promise<AppProcess>;
  close(): Promise<void>;
}

const restartMs = 200;

/** `environment` is asked before every start. */
export async function superviseApp(
  app: AppName,
  environment: () => Promise<Readonly<Record<string, string>>>,
): Promise<SupervisedApp> {
  let current: AppProcess | undefined;
  let restarts = 0;
  let isClosing = false;
  const logs: (readonly string[])[] = [];
  const portName = `SWITCHYARD_${app.toUpperCase()}_PORT`;

  async function start(port: number): Promise<AppProcess> {
    const own = { ...(await environment()), [portName]: String(port) };
    const started = app === "worker" && isPooled() ? await startPool(own) : await startApp(app, own);
    logs.push(started.log);
    current = started;
    void started.exited.then(() => {
      current = undefined;
      if (isClosing) return;
      restarts += 1;
      starting = startAgain(started.port);
    });
    return started;
  }

  /** As a supervisor does it: Redis may be away right now, and then a process does not start. */
  async function startAgain(port: number): Promise<AppProcess> {
    for (;;) {
      try {
        return await start(port);
      } catch (error) {
        if (isClosing) throw error;
        await sleep(restartMs);
      }
    }
  }

  let starting = start(0);
  const { url } = await starting;
  return {
    url,
    get process() {
      return current;
    },
    get restarts() {
      return restarts + logs.flat().filter((line) => line.includes("pool process ended unasked")).length;
    },
    ready: () => eventually(() => current ?? Promise.reject(new Error(`${app} is not ready`)), { timeoutMs: 30_000 }),
    async close() {
      isClosing = true;
      await starting.catch(() => undefined);
      await current?.kill();
    },
  };
}
