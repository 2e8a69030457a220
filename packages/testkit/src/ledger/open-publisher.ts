import { Agent, request } from "node:http";
import { ledgerNow, type PublishRecord } from "./ledger-record.ts";
import type { Ledger } from "./ledger.ts";

export interface OpenPublisherOptions {
  /** Of the api process. */
  readonly url: string;
  readonly apiKey: string;
  readonly ledger: Ledger;
  readonly channels: readonly string[];
  readonly perSecond: number;
  /** Length of the data's padding. */
  readonly padBytes?: number;
  /** Sends no more than so many; default: until it is stopped. */
  readonly count?: number;
  /** Where the ids begin, so that two publishers of a run do not share any. */
  readonly name?: string;
}

/** Publishes on a fixed schedule, whatever the answers do. */
export interface OpenPublisher {
  /** The highest acknowledged position of a channel. */
  readonly tops: ReadonlyMap<string, { readonly epoch: string; readonly offset: number }>;
  readonly sent: number;
  /** Messages whose outcome is open: in flight, or waiting for another attempt. */
  readonly open: number;
  /** Answers took this long, in milliseconds, errors included. */
  readonly answerMs: readonly number[];
  /** Ends the schedule; resolves when every outcome is known, or given up. */
  stop(): Promise<void>;
}

/** Every call must end within this: an api that hangs is a fault of its own. */
const attemptTimeoutMs = 4_000;
const retryDelayMs = 200;
/** Outcomes still unknown this long after they were due stay unknown. */
const giveUpMs = 30_000;

/**
 * The open model: message n is due at start + n / rate and is sent then, even when all before it still wait. A publisher that
 * waits for answers would slow down exactly when the system does and so hide it (coordinated omission).
 *
 * An unknown outcome is resolved by sending the same message again under the same idempotency key.
 */
export function startOpenPublisher(options: OpenPublisherOptions): OpenPublisher {
  const { channels, perSecond, ledger, name = "m", padBytes = 0, count = Infinity } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const tops = new Map<string, { epoch: string; offset: number }>();
  const answerMs: number[] = [];
  const pad = "x".repeat(padBytes);
  const startTs = ledgerNow();
  const running = new Set<Promise<void>>();
  let sent = 0;

  async function publish(index: number): Promise<void> {
    const message: Message = {
      id: `${name}${index}`,
      channel: channels[index % channels.length] ?? "",
      sendTs: startTs + (index * 1_000) / perSecond,
    };
    const body = JSON.stringify({
      channel: message.channel,
      data: { id: message.id, ...(padBytes > 0 ? { pad } : {}) },
      idempotency_key: message.id,
    });
    for (;;) {
      const beganTs = ledgerNow();
      const answer = await attempt({ ...options, agent, body });
      const doneTs = ledgerNow();
      answerMs.push(doneTs - beganTs);
      ledger.write({ kind: "publish", ...message, doneTs, ...answer });
      if (answer.outcome === "ack") raise(message.channel, answer);
      if (answer.outcome !== "unknown" || doneTs - message.sendTs > giveUpMs) return;
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    }
  }

  function raise(channel: string, { epoch = "", offset = 0 }: Answer): void {
    const top = tops.get(channel);
    // Acknowledgements of one epoch may come out of order; another epoch has replaced the former.
    if (top === undefined || top.epoch !== epoch || offset > top.offset) tops.set(channel, { epoch, offset });
  }

  const timer = setInterval(() => {
    const due = Math.min(((ledgerNow() - startTs) * perSecond) / 1_000, count);
    while (sent < due) {
      const publishing = publish(sent++).finally(() => running.delete(publishing));
      running.add(publishing);
    }
  }, 5);

  return {
    tops,
    answerMs,
    get sent() {
      return sent;
    },
    get open() {
      return running.size;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
    },
  };
}

interface Message {
  readonly id: string;
  readonly channel: string;
  readonly sendTs: number;
}

type Answer = Pick<PublishRecord, "outcome" | "epoch" | "offset">;

function attempt(call: { url: string; apiKey: string; agent: Agent; body: string }): Promise<Answer> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(call.body),
    "x-api-key": call.apiKey,
  };
  return new Promise((resolve) => {
    const unknown = () => resolve({ outcome: "unknown" });
    const sending = request(
      new URL("/api/publish", call.url),
      { method: "POST", agent: call.agent, headers, timeout: attemptTimeoutMs },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve(readAnswer(response.statusCode ?? 0, text))).on("error", unknown);
      },
    );
    sending.on("error", unknown).on("timeout", () => sending.destroy());
    sending.end(call.body);
  });
}

/** 100 is temporary, 400 says so itself: both leave open whether it was published. Every other code says that it was not. */
function readAnswer(status: number, text: string): Answer {
  if (status >= 500) return { outcome: "unknown" };
  try {
    const { result, error } = JSON.parse(text) as { result?: Answer; error?: { code: number } };
    if (result?.epoch !== undefined) return { outcome: "ack", epoch: result.epoch, offset: result.offset ?? 0 };
    return { outcome: error?.code === 100 || error?.code === 400 ? "unknown" : "refused" };
  } catch {
    return { outcome: "unknown" };
  }
}
