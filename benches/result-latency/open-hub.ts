import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startApp, type AppName } from "@switchyard/testkit/app-process";
import { pinProcess, serverCore } from "../machine/pin-process.ts";
import { tokenSecret } from "../servers/token-secret.ts";

export const apiKey = "bench-api-key-0123456789";

export interface BenchHub {
  readonly websocketUrl: string;
  readonly apiUrl: string;
  readonly pids: { readonly gateway: number; readonly api: number; readonly worker: number };
  close(): Promise<void>;
}

/** A gateway, an api and a worker as they are deployed, together on the server's core, with the handler that gives back what it was given. */
export async function openHub(redisUrl: string, settings: object = {}): Promise<BenchHub> {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-bench-"));
  const config = join(directory, "settings.json");
  const module = fileURLToPath(new URL("../../handlers/test.ts", import.meta.url));
  await writeFile(config, JSON.stringify({ ...settings, handlers: { test: { kind: "module", module } } }));
  const env = {
    SWITCHYARD_CONFIG: config,
    SWITCHYARD_REDIS_URL: redisUrl,
    SWITCHYARD_API_KEY: apiKey,
    SWITCHYARD_TOKEN_SECRET: tokenSecret,
  };
  const start = async (app: AppName) => {
    const started = await startApp(app, env);
    await pinProcess(started.pid, serverCore);
    return started;
  };
  const [gateway, api, worker] = await Promise.all([start("gateway"), start("api"), start("worker")]);
  return {
    websocketUrl: `ws://127.0.0.1:${gateway.port}/connection/websocket`,
    apiUrl: api.url,
    pids: { gateway: gateway.pid, api: api.pid, worker: worker.pid },
    async close() {
      await Promise.all([gateway, api, worker].map((app) => app.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
