import { once } from "node:events";
import { WebSocket } from "ws";

export interface SoakOptions {
  /** One connection to each. */
  readonly urls: readonly string[];
  readonly token: string;
  readonly calls: number;
  /** Calls of a connection that wait for their answers at the same time. */
  readonly inFlight: number;
  /** Answers `{"data": <what was asked>}`. */
  readonly method: string;
  /** Kills a worker with SIGKILL, and starts another. Called again as soon as it is done and `pauseMs` are over. */
  readonly kill: () => Promise<void>;
  readonly pauseMs: number;
  readonly onProgress?: (answered: number, kills: number) => void;
}

/** Longer than any deadline: when nothing has come for so long, what is open is never answered. */
const silenceMs = 10_000;

/** What became of the calls. They are kept when each has exactly one answer and none has another's. */
export interface SoakReport {
  readonly asked: number;
  readonly results: number;
  /** By code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Calls that were answered twice, with what was asked by another, or not at all. */
  readonly twice: number;
  readonly mixed: number;
  readonly never: number;
  readonly kills: number;
  readonly seconds: number;
}

/**
 * Keeps calls on their way while workers are killed under them, and counts answers by the number each call carries. It looks at the
 * frames and at nothing else: whatever an SDK would hide is seen.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { calls, kill, pauseMs, onProgress } = options;
  const counts = { asked: 0, results: 0, twice: 0, mixed: 0 };
  const errors: Record<string, number> = {};
  const open = new Map<number, number>();
  let kills = 0;
  let isOver = false;
  let lastMs = performance.now();
  const beganMs = performance.now();
  const done = Promise.withResolvers<void>();
  const lines = await Promise.all(options.urls.map((url, index) => connect(url, options.token, index)));

  function ask(line: Line): void {
    if (counts.asked >= calls) return;
    const number = ++counts.asked;
    const id = line.nextId++;
    open.set(key(line, id), number);
    line.socket.send(JSON.stringify({ id, rpc: { method: options.method, data: number } }));
  }

  function take(
    line: Line,
    message: { id?: number; rpc?: { data?: { data?: number } }; error?: { code: number } },
  ): void {
    if (message.id === undefined || message.id === 1) return;
    lastMs = performance.now();
    const number = open.get(key(line, message.id));
    if (!open.delete(key(line, message.id))) return void counts.twice++;
    if (message.error !== undefined) errors[message.error.code] = (errors[message.error.code] ?? 0) + 1;
    else if (message.rpc?.data?.data === number) counts.results++;
    else counts.mixed++;
    ask(line);
    if (open.size === 0 && counts.asked >= calls) done.resolve();
  }

  async function killOn(): Promise<void> {
    while (!isOver) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, pauseMs)), done.promise]);
      if (isOver || open.size === 0) return;
      await kill();
      kills++;
      onProgress?.(counts.asked - open.size, kills);
    }
  }

  for (const line of lines) {
    line.listen((message) => take(line, message as Parameters<typeof take>[1]));
    for (let count = 0; count < options.inFlight; count++) ask(line);
  }
  const killing = killOn();
  await within(silenceMs, () => lastMs, done.promise);
  isOver = true;
  const seconds = (performance.now() - beganMs) / 1_000;
  // An answer too many would come now.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await killing;
  for (const { socket } of lines) socket.terminate();
  return { ...counts, errors, never: open.size, kills, seconds };
}

/** Until it is done, or nothing has been heard for so long. */
async function within(quietMs: number, lastMs: () => number, done: Promise<void>): Promise<void> {
  let isDone = false;
  void done.then(() => (isDone = true));
  while (!isDone && performance.now() - lastMs() < quietMs)
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 200))]);
}

interface Line {
  readonly index: number;
  readonly socket: WebSocket;
  nextId: number;
  listen(take: (message: unknown) => void): void;
}

async function connect(url: string, token: string, index: number): Promise<Line> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  socket.send(JSON.stringify({ id: 1, connect: { token } }));
  await once(socket, "message");
  return {
    index,
    socket,
    nextId: 2,
    listen(take) {
      socket.on("message", (frame: Buffer) => {
        for (const text of frame.toString().split("\n")) {
          if (text === "{}") socket.send("{}");
          else take(JSON.parse(text));
        }
      });
    },
  };
}

function key({ index }: Line, id: number): number {
  return index * 2 ** 33 + id;
}
