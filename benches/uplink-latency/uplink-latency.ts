import { startApp } from "@switchyard/testkit/app-process";
import { carriers, openLeanLine, type Carrier, type LeanLine } from "@switchyard/testkit/lean-line";
import { mintToken } from "@switchyard/testkit/mint-token";
import { openStreamLine } from "@switchyard/testkit/stream-line";
import { build, type Histogram } from "hdr-histogram-js";
import type { Bench } from "../bench.ts";
import { pinProcess, serverCore } from "../machine/pin-process.ts";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { formatTable } from "../report/format-table.ts";
import { tokenSecret } from "../servers/token-secret.ts";

/**
 * What does the way up of a stream cost? One client at a time sends a command that the hub answers out of its head, and waits for
 * the answer. A stream's command comes by a TCP connection of its own to any of three gateways, so two of three go through
 * Redis.
 */
export const uplinkLatency: Bench = {
  name: "uplink-latency",
  question: "How much longer is the way up of a client without a WebSocket?",
  minutes: 0.5,
  async run({ redis, quick }) {
    const env = { SWITCHYARD_REDIS_URL: redis.url, SWITCHYARD_TOKEN_SECRET: tokenSecret, ...unlimited };
    const gateways = await Promise.all([1, 2, 3].map(() => startApp("gateway", env)));
    try {
      await Promise.all(gateways.map(({ pid }) => pinProcess(pid, serverCore)));
      const askers = await Promise.all(carriers.map((carrier) => openAsker(carrier, gateways)));
      // In turn, so that what else the machine does meets all of them.
      for (let command = 0; command < (quick ? 50 : 3_000); command += 1) {
        for (const asker of askers) await time(asker, command >= warmups);
      }
      for (const asker of askers) asker.drop();
      const rows = askers.map(({ carrier, times }) => [carrier, formatMs(times, 50), formatMs(times, 99)]);
      return { markdown: formatTable(["carrier", "p50 ms", "p99 ms"], rows), figures: { rows } };
    } finally {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    }
  },
};

const warmups = 20;
const unlimited = { SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "0" };

async function time({ ask, times }: Asker, counts: boolean): Promise<void> {
  const beganUs = monotonicUs();
  await ask();
  if (counts) times.recordValue(Math.max(1, monotonicUs() - beganUs));
}

interface Asker {
  readonly carrier: Carrier;
  readonly times: Histogram;
  readonly ask: () => Promise<void>;
  drop(): void;
}

async function openAsker(carrier: Carrier, gateways: readonly { readonly port: number }[]): Promise<Asker> {
  let answered: () => void = () => undefined;
  const answer = () => new Promise<void>((resolve) => (answered = resolve));
  const opening = JSON.stringify({ id: 1, connect: { token: mintToken(tokenSecret, { sub: "bench" }) } });
  const origins = gateways.map(({ port }) => `http://127.0.0.1:${port}`);
  const origin = origins[0] ?? "";
  const closed = () => undefined;
  const connected = answer();
  const messages = (texts: readonly string[]) => {
    for (const text of texts) if (text.includes('"id"')) answered();
  };
  const anyOrigin = () => origins[Math.floor(Math.random() * origins.length)] ?? "";
  const line: Pick<LeanLine, "send" | "drop"> =
    carrier === "websocket"
      ? openLeanLine(
          { carrier, url: `${origin.replace("http", "ws")}/connection/websocket`, opening },
          { messages, closed },
        )
      : openStreamLine(
          { kind: carrier, origin, opening, uplinkOrigin: anyOrigin },
          { message: (text) => messages([text]), closed },
        );
  await connected;
  return {
    carrier,
    times: createHistogram(),
    drop: () => line.drop(),
    async ask() {
      const reply = answer();
      line.send(JSON.stringify({ id: 2, rpc: { method: "none", data: {} } }));
      await reply;
    },
  };
}

function createHistogram(): Histogram {
  return build({ lowestDiscernibleValue: 1, highestTrackableValue: 60e6, numberOfSignificantValueDigits: 3 });
}

function formatMs(histogram: Histogram, percentile: number): string {
  return (histogram.getValueAtPercentile(percentile) / 1_000).toFixed(2);
}
