import { once } from "node:events";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { readMetrics } from "../faults/gateway-metrics.ts";
import type { DoorHub } from "./door-hub.ts";

export interface TextFindings {
  readonly lines: number;
  readonly perSecond: number;
  /** Answers that are not what their line is answered with, and the first of them. */
  readonly wrong: number;
  readonly firstWrong: string | undefined;
  /** Lines for a user who is there, and how many of them came to the user's connection, in their order. */
  readonly pushed: number;
  readonly delivered: number;
  /** Least memory of the gateway in the second quarter of the trial and in the last. */
  readonly heapMib: readonly [number, number];
  readonly rssMib: readonly [number, number];
}

/** Of each four lines one is for a user who is there, one for nobody, one no JSON, and one asks for a receipt. */
const kinds = [
  { line: (n: number) => `{"uid":"uid1","n":${n}}`, answer: "ok" },
  { line: (n: number) => `{"uid":"nobody","n":${n}}`, answer: "fail" },
  { line: (n: number) => `{"uid":"uid1","n":${n}`, answer: "fail" },
  { line: () => '{"channel":"school:1","receipt":true}', answer: '{"ok":false,"connections":0,"stored":false}' },
] as const;

/** Sends lines over one connection as fast as it takes them, and looks at each answer. */
export async function textTrial(hub: DoorHub, lines: number): Promise<TextFindings> {
  const listener = await listen(hub);
  const memory = watchMemory(hub);
  const socket = connect({ port: hub.ownPorts.text, host: "127.0.0.1", allowHalfOpen: true });
  await once(socket, "connect");
  const startedMs = performance.now();
  const sending = send(socket, lines);
  let [answered, wrong, held] = [0, 0, ""];
  let firstWrong: string | undefined;
  for await (const piece of socket) {
    const parts = (held + String(piece)).split("\n");
    held = parts.pop() ?? "";
    for (const answer of parts) {
      const expected = kinds[answered % kinds.length]?.answer;
      if (answer !== expected) {
        wrong += 1;
        firstWrong ??= `answer ${answered}: ${answer} for ${expected}`;
      }
      answered += 1;
    }
    memory.progress(answered / lines);
  }
  await sending;
  const seconds = (performance.now() - startedMs) / 1_000;
  const { heapMib, rssMib } = await memory.end();
  const pushed = Math.ceil(lines / kinds.length);
  return {
    lines: answered,
    perSecond: Math.round(answered / seconds),
    wrong,
    firstWrong,
    pushed,
    delivered: await listener.delivered(pushed),
    heapMib,
    rssMib,
  };
}

async function send(socket: ReturnType<typeof connect>, lines: number): Promise<void> {
  const batch = 1_000;
  for (let first = 0; first < lines; first += batch) {
    const count = Math.min(batch, lines - first);
    const text = Array.from({ length: count }, (_, index) => {
      const n = first + index;
      return `${kinds[n % kinds.length]?.line(n)}${n % 3 === 0 ? "\r\n" : "\n"}`;
    }).join("");
    if (!socket.write(text)) await once(socket, "drain");
  }
  socket.end();
}

/** A connection of the user on another gateway, which counts what comes in its order. */
async function listen(hub: DoorHub) {
  const socket = new WebSocket(hub.websocketUrl(0));
  await once(socket, "open");
  let [delivered, last] = [0, -1];
  let onDelivered: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => {
    socket.on("message", (frame: Buffer) => {
      for (const text of frame.toString().split("\n")) {
        if (text === "{}") socket.send("{}");
        if (text.startsWith('{"id":1,')) resolve();
        const n = Number(/"n":(\d+)\}/.exec(text)?.[1] ?? -1);
        if (n <= last) continue;
        last = n;
        delivered += 1;
      }
      onDelivered();
    });
  });
  socket.send(JSON.stringify({ id: 1, connect: { token: hub.token("uid1") } }));
  await connected;
  return {
    async delivered(wanted: number): Promise<number> {
      const all = new Promise<void>((resolve) => {
        onDelivered = () => delivered >= wanted && resolve();
        onDelivered();
      });
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([all, new Promise((resolve) => (timer = setTimeout(resolve, 10_000)))]);
      clearTimeout(timer);
      socket.close();
      return delivered;
    },
  };
}

function watchMemory({ withDoors }: DoorHub) {
  const samples: { readonly progress: number; readonly heap: number; readonly rss: number }[] = [];
  let progress = 0;
  async function read(): Promise<void> {
    const at = progress;
    const metrics = await readMetrics(withDoors);
    const mib = (name: string) => Math.round((metrics.get(name) ?? 0) / 2 ** 20);
    samples.push({ progress: at, heap: mib("nodejs_heap_size_used_bytes"), rss: mib("process_resident_memory_bytes") });
  }
  const timer = setInterval(() => void read().catch(() => undefined), 250);
  const floor = (key: "heap" | "rss", from: number, to: number) => {
    const some = samples.filter((sample) => sample.progress >= from && sample.progress <= to);
    return Math.min(...(some.length === 0 ? samples : some).map((sample) => sample[key]));
  };
  return {
    progress: (share: number) => void (progress = share),
    async end() {
      clearInterval(timer);
      await read();
      const both = (key: "heap" | "rss") => [floor(key, 0.25, 0.5), floor(key, 0.75, 1)] as const;
      return { heapMib: both("heap"), rssMib: both("rss") };
    },
  };
}
