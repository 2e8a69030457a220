import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisPublisher } from "@switchyard/broker/redis-publisher";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { startApp } from "@switchyard/testkit/app-process";
import { pinProcess, serverCore } from "../machine/pin-process.ts";
import { startCentrifugo } from "../servers/centrifugo.ts";
import { startWorker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import { type HerdCase, namespaceOf } from "./herd-case.ts";
import type { FloorCalls } from "./ws-floor-process.ts";

/** Who takes the herd in. */
export interface HerdServer {
  readonly name: string;
  readonly title: string;
  start(
    herd: HerdCase,
    options: { readonly redisUrl: string; readonly nodeOptions: readonly string[] },
  ): Promise<Running>;
}

export interface Running {
  readonly port: number;
  readonly pid: number;
  /** Publishes so often into each channel; resolves to where these stand then, if they have histories. */
  fill(channels: readonly string[], times: number): Promise<StreamPosition[]>;
  close(): Promise<void>;
}

const payload = JSON.stringify({ text: "x".repeat(90) });

export const herdServers: readonly HerdServer[] = [
  {
    name: "switchyard",
    title: "Switchyard",
    start: (herd, options) => startOurs(herd, { ...options, isIndexed: false }),
  },
  {
    name: "indexed",
    title: "Switchyard, indexed",
    start: (herd, options) => startOurs(herd, { ...options, isIndexed: true }),
  },
  { name: "centrifugo", title: "Centrifugo", start: startTheirs },
  { name: "ws", title: "bare ws", start: startFloor },
];

interface OurOptions {
  readonly redisUrl: string;
  readonly nodeOptions: readonly string[];
  /** Connections are listed in Redis, for back ends that ask who is there. */
  readonly isIndexed: boolean;
}

async function startOurs(herd: HerdCase, { redisUrl, nodeOptions, isIndexed }: OurOptions): Promise<Running> {
  const shared = {
    SWITCHYARD_REDIS_URL: redisUrl,
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify([namespaceOf(herd)]),
  };
  const gateway = await startApp("gateway", {
    ...shared,
    SWITCHYARD_CLIENT_INSECURE: "true",
    SWITCHYARD_EVENTS_CONNECTION_INDEX: String(isIndexed),
    NODE_OPTIONS: nodeOptions.join(" "),
  });
  await pinProcess(gateway.pid, serverCore);
  const settings = loadSettings(shared);
  const publisher = await createRedisPublisher({
    redis: settings.redis,
    rules: createChannelRules(settings.channel),
    logger: createLogger({ app: "bench", level: "warn" }),
  });
  return {
    port: gateway.port,
    pid: gateway.pid,
    async fill(channels, times) {
      const publishTo = async (channel: string) => {
        for (let left = times - 1; left > 0; left -= 1) await publisher.publish(knownChannelName(channel), { payload });
        return publisher.publish(knownChannelName(channel), { payload });
      };
      return Promise.all(channels.map(publishTo));
    },
    async close() {
      await publisher.close();
      await gateway.stop();
    },
  };
}

async function startTheirs(herd: HerdCase, { redisUrl }: { readonly redisUrl: string }): Promise<Running> {
  const settings = { channel: { namespaces: [namespaceOf(herd)] }, http_api: { insecure: true } };
  const server = await startCentrifugo({ redisUrl, core: serverCore, settings });
  const publishAll = async (channels: readonly string[]): Promise<StreamPosition[]> => {
    const commands = channels.map((channel) => ({ publish: { channel, data: JSON.parse(payload) as unknown } }));
    const body = JSON.stringify({ commands });
    const response = await fetch(`http://127.0.0.1:${server.port}/api/batch`, { method: "POST", body });
    const { replies } = (await response.json()) as { replies: { publish: Partial<StreamPosition> }[] };
    return replies.map(({ publish: { offset = 0, epoch = "" } }) => ({ offset, epoch }));
  };
  return {
    ...server,
    async fill(channels, times) {
      for (let left = times - 1; left > 0; left -= 1) await publishAll(channels);
      return publishAll(channels);
    },
  };
}

async function startFloor(_: HerdCase, { nodeOptions }: { readonly nodeOptions: readonly string[] }): Promise<Running> {
  const worker = await startWorker<FloorCalls>({
    module: workerModule("herd/ws-floor-process"),
    core: serverCore,
    execArgv: nodeOptions,
  });
  const { port } = await worker.call("listen");
  const fill = async (channels: readonly string[]) => channels.map(() => ({ offset: 0, epoch: "" }));
  return { port, pid: worker.pid, fill, close: () => worker.close() };
}
