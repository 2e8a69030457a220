import { setTimeout as delay } from "node:timers/promises";
import type { ConnectionWriter } from "@switchyard/broker/connection-index";
import { lanes } from "@switchyard/broker/lanes";
import { type ChannelEvents, createRedisChannelEvents } from "@switchyard/broker/redis-channel-events";
import { createRedisConnectionWriter } from "@switchyard/broker/redis-connection-writer";
import { createRedisEventOutbox } from "@switchyard/broker/redis-event-outbox";
import { createLogger } from "@switchyard/runtime/logger";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { judge } from "./oracle.ts";
import { SimNode } from "./sim-node.ts";
import { takeEvents } from "./take-events.ts";

export interface RandomJoins {
  readonly redisUrl: string;
  readonly operations: number;
  readonly seed: number;
}

export interface JoinsOutcome {
  readonly figures: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
}

const nodeCount = 4;
/** As short as it can be while a batch is written, so that many go and are back in time, and many are not. */
const vacantMs = 40;

/**
 * Nodes whose clients come, subscribe, unsubscribe and go at random, some of which are killed with what they had under way, and swept
 * by two others at once; takers that die with a batch in their hands. At the end everything that was told is judged.
 */
export async function playRandomJoins({ redisUrl, operations, seed }: RandomJoins): Promise<JoinsOutcome> {
  const random = seededRandom(seed);
  const logger = createLogger({ app: "trial", level: "fatal" });
  const tells = { connections: true, users: true, vacantMs, laneMaxBytes: 2 ** 30 };
  const parts = { redis: { url: redisUrl, prefix: "sy" }, logger, tells };
  const onRestored = () => undefined;
  const open = async (): Promise<Pair> =>
    Promise.all([
      createRedisConnectionWriter({ ...parts, onRestored }),
      createRedisChannelEvents({ ...parts, onRestored }),
    ]);
  const sweepers = [await open(), await open()] as const;
  const outbox = await createRedisEventOutbox({ ...parts, receivers: ["one"] });
  const taking = takeEvents(outbox, random);

  const play = new Play({ open, sweepers, random });
  await play.start();
  for (let step = 0; step < operations; step++) {
    play.step();
    if (random() < 0.03) await play.flushOne();
    if (random() < Math.max(0.001, 8 / operations)) await play.killOne();
  }
  const truth = await play.end();
  await delay(2 * vacantMs);
  const { told, repeated, changed } = await taking.finish();
  await Promise.all([outbox, ...sweepers.flat()].map((one) => one.close()));
  const figures = {
    operations,
    killed: play.killed,
    told: told.length,
    "batches taken again": repeated,
    left: truth.size,
  };
  const broken = judge(told, truth);
  return { figures, broken: changed === 0 ? broken : [`${changed} batches changed between two takings`, ...broken] };
}

type Pair = readonly [ConnectionWriter, ChannelEvents];

interface PlayOptions {
  readonly open: () => Promise<Pair>;
  /** Of nodes that survive. */
  readonly sweepers: readonly Pair[];
  readonly random: () => number;
}

class Play {
  readonly #options: PlayOptions;
  readonly #nodes: { readonly node: SimNode; readonly pair: Pair }[] = [];
  #clientCount = 0;
  #leaseCount = 0;
  #flushing: Promise<unknown> = Promise.resolve();
  killed = 0;

  constructor(options: PlayOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    while (this.#nodes.length < nodeCount) await this.#add();
  }

  step(): void {
    const { random } = this.#options;
    const { node } = this.#pick(this.#nodes);
    const chance = random();
    const ids = [...node.clients.keys()];
    const id = this.#pick(ids);
    if (chance < 0.25 || ids.length === 0) node.come(`c${this.#clientCount++}`, `u${Math.floor(random() * 60)}`);
    else if (chance < 0.5 || ids.length > 60) node.go(id);
    else if (chance < 0.8) node.join(id, `chat:${Math.floor(random() * 40)}`);
    else node.leave(id, this.#pick([...(node.clients.get(id)?.channels ?? []), "none"]));
  }

  /** One after the other for each node, as a gateway does; so here for all. */
  async flushOne(): Promise<void> {
    await this.#flushing;
    this.#flushing = this.#pick(this.#nodes).node.flush();
  }

  /** What it has sent last is done before, while or after it is swept, by two at once; it sends nothing more. */
  async killOne(): Promise<void> {
    await this.#flushing;
    const [killed] = this.#nodes.splice(Math.floor(this.#options.random() * this.#nodes.length), 1);
    if (killed === undefined) return;
    this.killed++;
    const { node, pair } = killed;
    const last = node.flush().catch(() => undefined);
    await Promise.all(pair.map((one) => one.close()));
    await Promise.all(this.#options.sweepers.map((sweeper) => sweep(sweeper, node.lease)));
    await last;
    await this.#add();
  }

  /** Everything is written. Returns who is there. */
  async end(): Promise<ReadonlySet<string>> {
    await this.#flushing;
    for (const { node } of this.#nodes) await node.flush();
    await Promise.all(this.#nodes.flatMap(({ pair }) => pair.map((one) => one.close())));
    const nodes = this.#nodes.map(({ node }) => node);
    const clients = nodes.flatMap((node) => [...node.clients]);
    return new Set([
      ...clients.flatMap(([id, { user }]) => [`conn:${id}`, `user:${user}`]),
      ...nodes.flatMap((node) => node.channels.map((channel) => `chan:${channel}`)),
    ]);
  }

  async #add(): Promise<void> {
    const { open, random } = this.#options;
    const pair = await open();
    const [writer, channels] = pair;
    const lease = `node${this.#leaseCount++}`;
    this.#nodes.push({ node: new SimNode({ lease, writer, channels, random }), pair });
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#options.random() * list.length)] as T;
  }
}

async function sweep([writer, channels]: Pair, lease: string): Promise<void> {
  await Promise.all([writer.sweep(lease), ...lanes.map((lane) => channels.sweep(String(lane), lease))]);
}
