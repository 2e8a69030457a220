import type { AppProcess } from "@switchyard/testkit/app-process";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Redis } from "ioredis";
import { fuzzedApp } from "./doors/pusher-messages.ts";

/** A hub of one process of each kind, and what happened to them. */
export interface FuzzHub extends Hub {
  /** Commands of a producer that has no client for the queue, and of the judge. */
  readonly plainRedis: Redis;
  readonly apps: readonly AppProcess[];
  /** Ids of tasks that came in by HTTP, and what was written into the queue past that door. */
  readonly enqueued: Set<string>;
  readonly written: Buffer[];
  /** A process has ended: nothing more can be found out. */
  readonly isOver: boolean;
  /** Processes that ended by themselves, and errors in logs that nobody has foreseen. */
  accidents(): readonly string[];
}

const open = {
  allow_subscribe_for_client: true,
  allow_publish_for_client: true,
  allow_history_for_client: true,
  allow_presence_for_client: true,
  presence: true,
  join_leave: true,
  allow_tags_filter: true,
  allowed_delta_types: ["fossil"],
  delta_publish: true,
};
const namespaces = [
  { name: "kept", history_size: 20, history_ttl: "60s", ...open, force_recovery: true },
  { name: "short", history_size: 2, history_ttl: "1s", ...open, allow_recovery: true },
  { name: "open", ...open },
  { name: fuzzedApp.namespace, history_size: 5, history_ttl: "60s", allow_recovery: true },
  { name: "bytes", ...open, publication_data_format: "binary" },
];

/**
 * A heap this small is collected often, so that its floor shows what is held to a few MiB, and a leak ends the process.
 */
const smallHeap = "--max-old-space-size=160 --max-semi-space-size=4";

/** @param env for every process, such as what breaks one on purpose */
export async function startFuzzHub(env: Readonly<Record<string, string>> = {}): Promise<FuzzHub> {
  const hub = await startHub({
    gateways: 1,
    workers: 1,
    settings: {
      pusher: { apps: [{ ...fuzzedApp, client_events: true, subscription_count: true, watchlists: true }] },
      events: { channel_index: true },
      handlers: { echo: { kind: "module", module: "tests/fuzz/echo-handler.ts" } },
    },
    env: {
      SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
      SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "0",
      SWITCHYARD_WEBSOCKET_COMPRESSION: "true",
      SWITCHYARD_TASKS_ATTEMPTS: "2",
      SWITCHYARD_TASKS_BACKOFF: "20ms",
      SWITCHYARD_TASKS_TIMEOUT: "5s",
      SWITCHYARD_WORKER_CONCURRENCY: "50",
      SWITCHYARD_PLAIN_ENABLED: "true",
      SWITCHYARD_PLAIN_TRUST_UID: "true",
      SWITCHYARD_PLAIN_CHANNELS: JSON.stringify(["open:{open}", "kept:{kept}"]),
      SWITCHYARD_PLAIN_PUBLISH: JSON.stringify(["open:{open}", "kept:{kept}"]),
      SWITCHYARD_TEXT_ENABLED: "true",
      SWITCHYARD_TEXT_PORT: "0",
      SWITCHYARD_UDP_ENABLED: "true",
      SWITCHYARD_UDP_PORT: "0",
      SWITCHYARD_UDP_CHANNELS: JSON.stringify(["open:{school_id}:class:{school_class_id}", "user:{uid}"]),
      ...env,
      NODE_OPTIONS: `${smallHeap} ${env["NODE_OPTIONS"] ?? ""}`,
    },
  });
  const plainRedis = new Redis(hub.redis.url, { maxRetriesPerRequest: null });
  plainRedis.on("error", () => undefined);
  const apps = [...hub.gateways, hub.api, ...hub.workers];
  const ended: string[] = [];
  let isClosing = false;
  for (const { name, exited } of apps) {
    void exited.then((code) => {
      if (!isClosing) ended.push(`${name} ended by itself with ${code}`);
    });
  }
  return {
    ...hub,
    plainRedis,
    apps,
    enqueued: new Set(),
    written: [],
    get isOver() {
      return ended.length > 0;
    },
    accidents: () => [
      ...ended,
      ...apps.flatMap(({ name, log }) => log.filter(isAccident).map((line) => `${name}: ${line.slice(0, 500)}`)),
    ],
    async close() {
      isClosing = true;
      plainRedis.disconnect();
      await hub.close();
    },
  };
}

/**
 * Whatever a stranger sends is foreseen, so nothing of it is an error of ours. One kind is told all the same, for whoever wrote the
 * task: what the queue's own scripts said of a job they stumbled over, before it was set aside.
 */
function isAccident(line: string): boolean {
  if (/unhandled|uncaught|"level":"fatal"/i.test(line)) return true;
  return /^\s+at |"level":"error"/.test(line) && !line.includes('"role":"task worker"');
}
