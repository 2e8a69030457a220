import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startApp, type AppName, type AppProcess } from "./app-process.ts";
import { mintToken } from "./mint-token.ts";
import { startTestRedis, type TestRedis } from "./redis-fixture.ts";

export interface HubOptions {
  /** Default 2. */
  readonly gateways?: number;
  /** Default 1. */
  readonly workers?: number;
  /** The settings file all processes share; paths of handlers are relative to the repository's root. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `SWITCHYARD_*` for every process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A whole hub of real processes over a Redis of its own. */
export interface Hub {
  readonly redis: TestRedis;
  readonly gateways: readonly AppProcess[];
  readonly api: AppProcess;
  readonly workers: readonly AppProcess[];
  readonly apiKey: string;
  readonly tokenSecret: string;
  readonly opsPassword: string;
  /** `ws://…/connection/websocket` of the n-th gateway. */
  websocketUrl(gateway?: number): string;
  /** A connection token for this user, with further claims if given. */
  token(user: string, claims?: Readonly<Record<string, unknown>>): string;
  /** POST with the API key and a JSON body. */
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
  /** GET with the API key. */
  get(path: string): Promise<{ status: number; body: unknown }>;
  /** One more process, such as a gateway that replaces a killed one; stopped with the hub. `env` says what it has of its own. */
  start(app: AppName, env?: Readonly<Record<string, string>>): Promise<AppProcess>;
  /** What all processes wrote, for the message of a failing test. */
  logs(): string;
  close(): Promise<void>;
}

export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const apiKey = "test-api-key-0123456789";
  const tokenSecret = "test-token-secret-of-32-characters-or-more";
  const opsPassword = "test-ops-password";
  const starts: Promise<AppProcess>[] = [];
  const processes: AppProcess[] = [];
  const [redis, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-hub-"))]);
  const config = join(directory, "settings.json");
  await writeFile(config, JSON.stringify(withAbsolutePaths(options.settings ?? {})));
  const env = {
    SWITCHYARD_CONFIG: config,
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_API_KEY: apiKey,
    SWITCHYARD_TOKEN_SECRET: tokenSecret,
    SWITCHYARD_OPS_PASSWORD: opsPassword,
    ...options.env,
  };
  const start: Hub["start"] = async (app, own = {}) => {
    const starting = startApp(app, { ...env, ...own });
    starts.push(starting);
    const started = await starting;
    processes.push(started);
    return started;
  };
  const startMany = (app: AppName, count: number) => Promise.all(Array.from({ length: count }, () => start(app)));
  const close = async () => {
    // When one start has failed the others are still under way.
    await Promise.allSettled(starts);
    await Promise.all(processes.map((running) => running.stop()));
    await redis.close();
    await rm(directory, { recursive: true, force: true });
  };
  const started = Promise.all([
    startMany("gateway", options.gateways ?? 2),
    start("api"),
    startMany("worker", options.workers ?? 1),
  ]);
  const [gateways, api, workers] = await started.catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const headers = { "content-type": "application/json", "x-api-key": apiKey };
  return {
    redis,
    gateways,
    api,
    workers,
    apiKey,
    tokenSecret,
    opsPassword,
    start,
    close,
    websocketUrl: (gateway = 0) => `ws://127.0.0.1:${gateways[gateway]?.port}/connection/websocket`,
    token: (user, claims = {}) => mintToken(tokenSecret, { sub: user, ...claims }),
    post: (path, body) => request(api.url + path, { method: "POST", headers, body: JSON.stringify(body) }),
    get: (path) => request(api.url + path, { headers }),
    logs: () => processes.flatMap(({ name, pid, log }) => log.map((line) => `${name} ${pid} | ${line}`)).join("\n"),
  };
}

async function request(url: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

/** The settings file lies in a temporary directory, but tests name handlers as switchyard.dev.json does. */
function withAbsolutePaths(settings: Readonly<Record<string, unknown>>): object {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const handlers = Object.entries((settings["handlers"] ?? {}) as Record<string, Record<string, string>>);
  const absolute = handlers.map(([name, { module, ...spec }]) => {
    if (module !== undefined) return [name, { ...spec, module: join(root, module) }];
    return [name, spec["command"] === undefined ? spec : { cwd: root, ...spec }];
  });
  return { ...settings, handlers: Object.fromEntries(absolute) };
}
