import { monitorEventLoopDelay } from "node:perf_hooks";
import { askOracle } from "@switchyard/testkit/ask-oracle";
import { eventually } from "@switchyard/testkit/eventually";
import type { Carrier } from "@switchyard/testkit/lean-line";
import { LeanClient, type LeanClientOptions } from "@switchyard/testkit/lean-client";
import { openLedger, type Ledger } from "@switchyard/testkit/ledger";
import type { LedgerClient } from "@switchyard/testkit/ledger-client";
import { ledgerNow } from "@switchyard/testkit/ledger-record";
import { startOpenPublisher, type OpenPublisher, type OpenPublisherOptions } from "@switchyard/testkit/open-publisher";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { startStage, type Stage, type StageOptions } from "@switchyard/testkit/stage";
import type { Verdict } from "@switchyard/testkit/verdict";
import { createSdkClient } from "./sdk-client.ts";

export interface TrialOptions {
  readonly seed: number;
  readonly stage?: StageOptions;
  /** Default 60; one in three is the SDK, up to twenty, the others are lean. */
  readonly clients?: number;
  /** Default 10; every client is on three of them. */
  readonly channels?: number;
  /** Messages per second over all channels; default 50. */
  readonly perSecond?: number;
  readonly namespace?: "kept" | "short";
  /** Lean clients go to gateways by themselves: beyond some thousands the sockets of the balancer are more than a process may have. */
  readonly isDirect?: boolean;
  /** Of every client; default: WebSockets. */
  readonly carrier?: Carrier | undefined;
}

/** A hub under load whose every message and every client is on the record, ready to be hurt. */
export interface Trial {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly clients: readonly LedgerClient[];
  readonly channels: readonly string[];
  readonly publisher: OpenPublisher;
  readonly random: () => number;
  /** Something is being done to the system, or undone, now. */
  mark(name: string): void;
  /** By how much this process, which takes the time of everything, was late itself since the last mark, at the worst. */
  ownDelayMs(): number;
  /** One more lean client, which the verdict includes; resolves when it is ready. */
  join(id: string, channels?: readonly string[], options?: Partial<LeanClientOptions>): Promise<LeanClient>;
  /** Ends the line of every client, from its own side or by the balancer. */
  cutEverybodyOff(): void;
  /** A client that is not expected back. */
  forget(client: LedgerClient): void;
  /** Further messages on the record, on other channels than the trial's; stopped with it at the latest. */
  publish(load: Load): OpenPublisher;
  /** Resolves when this many more messages have been sent: the clock of every scenario. */
  sendMore(count: number): Promise<void>;
  /** Resolves when every client is subscribed and has everything acknowledged so far; false after the time is over. */
  caughtUp(timeoutMs?: number): Promise<boolean>;
  /** Ends the load, waits for the clients and lets the oracle judge. */
  verdict(): Promise<Verdict>;
}

export type Load = Pick<OpenPublisherOptions, "channels" | "perSecond" | "padBytes" | "count" | "name">;

/** Runs `act` on a fresh trial and takes everything down afterwards, whatever happened. */
export async function withTrial<T>(options: TrialOptions, act: (trial: Trial) => Promise<T>): Promise<T> {
  const stage = await startStage(options.stage);
  const ledger = openLedger();
  const random = seededRandom(options.seed);
  const channels = Array.from(
    { length: options.channels ?? 10 },
    (_, index) => `${options.namespace ?? "kept"}:${index}`,
  );
  const { carrier = "websocket", isDirect = false, clients: count = 60 } = options;
  const clients = createClients({ stage, ledger, channels, random, carrier, isDirect, count });
  const publishers: OpenPublisher[] = [];
  const publish = (load: Load) => {
    const publisher = startOpenPublisher({ url: stage.api.url, apiKey: stage.apiKey, ledger, ...load });
    publishers.push(publisher);
    return publisher;
  };
  const publisher = publish({ channels, perSecond: options.perSecond ?? 50 });
  const trial = createTrial({ stage, ledger, clients, channels, publisher, publishers, publish, random, carrier });
  try {
    if (!((await comeIn(clients)) && (await trial.caughtUp(readyMs))))
      throw new Error(`the clients did not get ready\n${stage.accidents().join("\n")}`);
    return await act(trial);
  } finally {
    ledger.remove();
    for (const client of clients) client.close();
    await Promise.all(publishers.map((each) => each.stop()));
    await stage.close();
  }
}

/** The histogram of delays counts from one look to the next. */
const ownDelayResolutionMs = 10;

/** To begin with, a crowd at a time: how many a hub takes in at once is what a fault asks. */
const crowd = 500;
const readyMs = 20_000;

/** False when some are not ready in time. */
async function comeIn(clients: readonly LedgerClient[]): Promise<boolean> {
  for (let start = 0; start < clients.length; start += crowd) {
    const some = clients.slice(start, start + crowd);
    for (const client of some) client.comeBack();
    const areReady = () => some.every(({ isReady }) => isReady) || Promise.reject(new Error("some are not ready"));
    const isTimely = await eventually(areReady, { timeoutMs: readyMs }).catch(() => false);
    if (!isTimely) return false;
  }
  return true;
}

/** The SDK costs the load process ten times what a lean client does. */
const sdkClientsMax = 20;

function createClients(options: {
  stage: Stage;
  ledger: Ledger;
  channels: readonly string[];
  random: () => number;
  carrier: Carrier;
  isDirect: boolean;
  count: number;
}): LedgerClient[] {
  const { stage, ledger, channels, random, carrier, isDirect } = options;
  return Array.from({ length: options.count }, (_, index) => {
    const first = Math.floor(random() * channels.length);
    const own = [0, 1, 2].slice(0, channels.length).map((step) => channels[(first + step) % channels.length] ?? "");
    const id = `client-${index}`;
    const common = { id, url: stage.url, token: stage.token(id), channels: own, ledger, carrier };
    const url = isDirect ? () => stage.nextUrl() : stage.url;
    return index % 3 === 0 && index < sdkClientsMax * 3 ? createSdkClient(common) : new LeanClient({ ...common, url });
  });
}

type Parts = Pick<Trial, "stage" | "ledger" | "channels" | "publisher" | "publish" | "random"> & {
  carrier: Carrier;
  clients: LedgerClient[];
  publishers: OpenPublisher[];
};

function createTrial(parts: Parts): Trial {
  const { stage, ledger, clients, publisher, publishers } = parts;
  const ownDelay = monitorEventLoopDelay({ resolution: ownDelayResolutionMs });
  ownDelay.enable();
  const behind = () =>
    clients.filter(
      (client) =>
        !client.isReady ||
        client.channels.some((channel) => !publishers.every((each) => isAtTop(client, channel, each))),
    );
  async function caughtUp(timeoutMs = 15_000): Promise<boolean> {
    const check = () => {
      const late = behind();
      if (late.length > 0) throw new Error(`${late.length} clients are behind`);
    };
    return eventually(check, { timeoutMs }).then(
      () => true,
      () => false,
    );
  }
  return {
    ...parts,
    caughtUp,
    async join(id, channels = parts.channels, options = {}) {
      const common = { id, url: stage.url, token: stage.token(id), channels, ledger, carrier: parts.carrier };
      const client = new LeanClient({ ...common, ...options });
      clients.push(client);
      client.comeBack();
      await eventually(() => client.isReady || Promise.reject(new Error(`${id} is not ready`)), { timeoutMs: 10_000 });
      return client;
    },
    cutEverybodyOff() {
      stage.balancer.reset();
      for (const client of clients) if (client instanceof LeanClient) client.cutOff();
    },
    forget: (client) => void clients.splice(clients.indexOf(client), 1),
    mark(name) {
      ownDelay.reset();
      ledger.write({ kind: "fault", name, ts: ledgerNow() });
    },
    ownDelayMs: () => Math.max(0, Math.round(ownDelay.max / 1e6) - ownDelayResolutionMs),
    async sendMore(count) {
      const goal = publisher.sent + count;
      await eventually(() => publisher.sent >= goal || Promise.reject(new Error("not sent yet")), {
        timeoutMs: 600_000,
      });
    },
    async verdict() {
      await Promise.all(publishers.map((each) => each.stop()));
      await caughtUp();
      return askOracle(ledger);
    },
  };
}

function isAtTop(client: LedgerClient, channel: string, { tops }: OpenPublisher): boolean {
  const top = tops.get(channel);
  const position = client.position(channel);
  if (top === undefined) return true;
  return position?.epoch === top.epoch && position.offset >= top.offset;
}
