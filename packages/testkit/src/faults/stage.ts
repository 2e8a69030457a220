import { Redis } from "ioredis";
import { startApp, type AppProcess } from "../app-process.ts";
import { mintToken } from "../mint-token.ts";
import { startTestRedis, type TestRedis, type TestRedisOptions } from "../redis-fixture.ts";
import { startBalancer } from "./balancer.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

export interface StageOptions {
  /** Default 2. */
  readonly gateways?: number;
  readonly redis?: TestRedisOptions;
  /** `SWITCHYARD_*` for every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where a gateway's connection to Redis goes; by its opening bytes, which hold the connection's name. */
  readonly routeRedis?: (opening: string, ownPort: number) => readonly number[];
}

export interface StageGateway extends AppProcess {
  /** What is between this gateway and Redis. */
  readonly redisLink: TcpProxy;
}

/** A hub built to be hurt: gateways behind a balancer, each with a line of its own to Redis that can be cut. */
export interface Stage {
  readonly redis: TestRedis;
  /** Commands to Redis that go past every fault. */
  readonly admin: Redis;
  readonly api: AppProcess;
  readonly apiKey: string;
  /** Those that have not been removed. */
  readonly gateways: readonly StageGateway[];
  readonly balancer: TcpProxy;
  /** Through the balancer. */
  readonly url: string;
  /** Of the gateway whose turn it is: a balancer that hands out addresses. It costs this process one socket a client, and not three. */
  nextUrl(): string;
  token(user: string, claims?: Readonly<Record<string, unknown>>): string;
  addGateway(): Promise<StageGateway>;
  /** Takes a gateway that was killed, or stopped, out of the balancer. */
  removeGateway(gateway: StageGateway): void;
  /** Processes that ended although nobody took them down, and unhandled errors in their logs. */
  accidents(): string[];
  close(): Promise<void>;
}

const apiKey = "stage-api-key-0123456789";
const tokenSecret = "stage-token-secret-of-32-characters";

/** One namespace for every kind of channel the faults need. */
const namespaces = [
  { name: "kept", history_size: 20_000, history_ttl: "300s", ...subscribable(), force_recovery: true },
  { name: "short", history_size: 10, history_ttl: "4s", ...subscribable(), force_recovery: true },
  { name: "open", ...subscribable() },
];

function subscribable() {
  return { allow_subscribe_for_client: true, allow_publish_for_subscriber: true, allow_history_for_subscriber: true };
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const redis = await startTestRedis(options.redis);
  const env = {
    SWITCHYARD_API_KEY: apiKey,
    SWITCHYARD_TOKEN_SECRET: tokenSecret,
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
    SWITCHYARD_CLIENT_RECOVERY_MAX_PUBLICATION_LIMIT: "20000",
    // Faults do things far faster than a decent client would; the one about floods sets its limit itself.
    SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "0",
    ...options.env,
  };
  const admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  admin.on("error", () => undefined);
  const api = await startApp("api", { ...env, SWITCHYARD_REDIS_URL: redis.url });
  const gateways: StageGateway[] = [];
  const links: TcpProxy[] = [];
  const everStarted: AppProcess[] = [api];
  const takenDown = new Set<AppProcess>();

  async function addGateway(): Promise<StageGateway> {
    // The name of the connection comes within the first 100 bytes and is not complete before.
    const { routeRedis = (_opening, ownPort) => [ownPort] } = options;
    const route = (opening: string) => routeRedis(opening, redis.port);
    const redisLink = await startTcpProxy({ route, openingMinBytes: 100 });
    links.push(redisLink);
    const redisUrl = `redis://127.0.0.1:${redisLink.port}`;
    const gateway = { ...(await startApp("gateway", { ...env, SWITCHYARD_REDIS_URL: redisUrl })), redisLink };
    gateways.push(gateway);
    everStarted.push(gateway);
    return gateway;
  }

  await Promise.all(Array.from({ length: options.gateways ?? 2 }, addGateway));
  const ended = new Set<AppProcess>();
  const balancer = await startBalancer(() => gateways.map(({ port }) => port));
  const urlOf = (port: number) => `ws://127.0.0.1:${port}/connection/websocket`;
  let turn = 0;
  const watch = (process: AppProcess) => void process.exited.then(() => ended.add(process));
  everStarted.forEach(watch);
  return {
    redis,
    admin,
    api,
    apiKey,
    gateways,
    balancer,
    url: urlOf(balancer.port),
    nextUrl: () => urlOf(gateways[turn++ % gateways.length]?.port ?? balancer.port),
    token: (user, claims = {}) => mintToken(tokenSecret, { sub: user, ...claims }),
    async addGateway() {
      const gateway = await addGateway();
      watch(gateway);
      return gateway;
    },
    removeGateway(gateway) {
      takenDown.add(gateway);
      gateways.splice(gateways.indexOf(gateway), 1);
    },
    accidents() {
      const gone = [...ended].filter((process) => !takenDown.has(process)).map(({ name }) => `${name} ended by itself`);
      const errors = everStarted.flatMap(({ name, log }) =>
        log.filter((line) => /unhandled|uncaught|^\s+at /i.test(line)).map((line) => `${name}: ${line.slice(0, 300)}`),
      );
      return [...gone, ...errors];
    },
    async close() {
      await balancer.close();
      for (const gateway of gateways) gateway.redisLink.heal();
      await Promise.all(everStarted.filter((process) => !ended.has(process)).map((process) => process.stop()));
      admin.disconnect();
      await Promise.all(links.map((link) => link.close()));
      await redis.close();
    },
  };
}
