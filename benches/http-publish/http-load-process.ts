import { build } from "hdr-histogram-js";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { serveCalls } from "../process/serve-calls.ts";
import { type OpenSchedule, startOpenSchedule } from "../publish/open-schedule.ts";
import { HttpConnection } from "./http-connection.ts";

interface PublishOptions {
  /** Connections are spread over them in turn. */
  readonly ports: readonly number[];
  readonly connections: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Each `"t":"` in it is followed by the 14 digits of a time, which are replaced before it is sent (publish/payload.ts). */
  readonly body: string;
  /** Requests a second at fixed times; undefined: each connection sends the next when it has its answer. */
  readonly ratePerSec?: number | undefined;
}

export interface HttpReading {
  /** Since the last reset. */
  readonly answered: number;
  readonly elapsedMs: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly failed: number;
  readonly firstFailure?: string;
}

const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);
const times = build({ lowestDiscernibleValue: 1, highestTrackableValue: 120e6, numberOfSignificantValueDigits: 3 });
const state = { running: false, sinceUs: 0, answered: 0, total: 0, failures: [] as string[] };
const requests = new Map<HttpConnection, Buffer>();
const idle: HttpConnection[] = [];
const due: number[] = [];
let schedule: OpenSchedule | undefined;
let [request, timesAt] = [Buffer.alloc(0), [] as readonly number[]];

const httpLoadCalls = {
  async start(options: PublishOptions): Promise<void> {
    ({ request, timesAt } = createRequest(options));
    Object.assign(state, { running: true, total: 0, failures: [] });
    const opened = Array.from({ length: options.connections }, async (_, index) => {
      const port = options.ports[index % options.ports.length] ?? 0;
      const connection = new HttpConnection({ port, readBuffer, onAnswer });
      requests.set(connection, Buffer.from(request));
      await connection.open();
      return connection;
    });
    idle.push(...(await Promise.all(opened)));
    reset();
    if (options.ratePerSec !== undefined) {
      schedule = startOpenSchedule(options.ratePerSec, (dueUs) => {
        due.push(dueUs);
        sendDue();
      });
    } else for (const connection of idle.splice(0)) send(connection, monotonicUs());
  },
  reset,
  read(): HttpReading {
    const percentileMs = (percentile: number) => times.getValueAtPercentile(percentile) / 1000;
    const [firstFailure] = state.failures;
    return {
      answered: state.answered,
      elapsedMs: (monotonicUs() - state.sinceUs) / 1000,
      latencyMs: { p50: percentileMs(50), p99: percentileMs(99) },
      failed: state.failures.length,
      ...(firstFailure !== undefined && { firstFailure }),
    };
  },
  /** Resolves to how many requests were answered since the start, when none is under way any more. */
  async stop(): Promise<number> {
    await schedule?.stop();
    schedule = undefined;
    state.running = false;
    while (idle.length < requests.size) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const connection of idle.splice(0)) connection.close();
    requests.clear();
    return state.total;
  },
};
export type HttpLoadCalls = typeof httpLoadCalls;

serveCalls(httpLoadCalls);

function reset(): void {
  times.reset();
  Object.assign(state, { answered: 0, sinceUs: monotonicUs() });
}

function onAnswer(connection: HttpConnection, problem: string | undefined): void {
  const nowUs = monotonicUs();
  if (problem === undefined) {
    times.recordValue(Math.max(1, nowUs - connection.sentUs));
    state.answered += 1;
    state.total += 1;
  } else state.failures.push(problem.slice(0, 500));
  if (schedule === undefined && state.running && state.failures.length < 100) return send(connection, nowUs);
  idle.push(connection);
  sendDue();
}

function sendDue(): void {
  while (due.length > 0 && idle.length > 0) send(idle.pop() as HttpConnection, due.shift() as number);
}

function send(connection: HttpConnection, dueUs: number): void {
  const bytes = requests.get(connection) as Buffer;
  const digits = String(dueUs).padStart(14, "0");
  for (const at of timesAt) bytes.write(digits, at, 14, "latin1");
  connection.send(bytes, dueUs);
}

function createRequest({ path, headers, body }: PublishOptions) {
  const all = { host: "127.0.0.1", "content-type": "application/json", ...headers, "content-length": body.length };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `POST ${path} HTTP/1.1\r\n${head.join("")}\r\n${body}`;
  return { request: Buffer.from(text), timesAt: [...text.matchAll(/"t":"/g)].map(({ index }) => index + 5) };
}
