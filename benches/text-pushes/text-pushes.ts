import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { freePort } from "@switchyard/provision/free-port";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { startApp } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { WebSocket } from "ws";
import type { Bench, BenchContext } from "../bench.ts";
import { loadCore, pinProcess, serverCore } from "../machine/pin-process.ts";
import { formatTable } from "../report/format-table.ts";
import { tokenSecret } from "../servers/token-secret.ts";

/** Where lines are written, where a page says who it is, and how it ends. */
interface Contender {
  readonly name: string;
  readonly textPort: number;
  readonly pageUrl: string;
  close(): Promise<unknown>;
}

/**
 * One script writes lines for one page that is there, as many as are taken without waiting, and one at a time. The one process of the
 * tutorials knows of no other process and keeps nothing; the hub goes through Redis, keeps each message for a day, and is answered by
 * the gateway that has the page.
 */
export const textPushes: Bench = {
  name: "text-pushes",
  question: "How many lines a second does the text door push, beside the one process of PHP tutorials?",
  minutes: 1,
  async run(context) {
    const lines = context.quick ? 2_000 : 100_000;
    const rows: string[][] = [];
    for (const start of [startTutorial, startHub(1), startHub(2)]) {
      const contender = await start(context);
      try {
        const [pipelined, alone] = [await push(contender, lines, 256), await push(contender, lines / 20, 1)];
        context.say(`${contender.name}: ${pipelined} pipelined, ${alone} one at a time`);
        rows.push([contender.name, String(pipelined), String(alone)]);
      } finally {
        await contender.close();
      }
    }
    return { markdown: formatTable(["server", "lines/s, pipelined", "one at a time"], rows), figures: { rows } };
  },
};

/** `ok`s a second for lines of which at most so many wait for their answer; the page must have got as many messages. */
async function push({ textPort, pageUrl }: Contender, lines: number, window: number): Promise<number> {
  const page = new WebSocket(pageUrl);
  let heard = 0;
  page.on("message", () => (heard += 1));
  await once(page, "open");
  page.send("uid1");
  const socket = connect({ port: textPort, host: "127.0.0.1", noDelay: true });
  const line = '{"uid":"uid1","percent":"88%"}\n';
  // The page is there once a push reaches it.
  await eventually(async () => {
    socket.write(line);
    const [answer] = (await once(socket, "data")) as [Buffer];
    if (answer.toString() !== "ok\n" || heard === 0) throw new Error("the page is not there yet");
  });
  const before = heard;
  let [sent, answered] = [0, 0];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const send = () => {
    const count = Math.min(window - (sent - answered), lines - sent);
    sent += count;
    socket.write(line.repeat(count));
  };
  const beganMs = performance.now();
  socket.on("data", (piece: Buffer) => {
    answered += piece.filter((byte) => byte === 0x0a).length;
    if (piece.includes("fail")) reject(new Error("a line has reached nobody"));
    else if (answered === lines) resolve();
    else send();
  });
  send();
  await promise;
  const perSecond = Math.round((lines / (performance.now() - beganMs)) * 1_000);
  await eventually(() => {
    if (heard - before < lines) throw new Error(`${heard - before} of ${lines} messages have come`);
  });
  socket.destroy();
  page.terminate();
  return perSecond;
}

async function startTutorial(): Promise<Contender> {
  const [textPort, webSocketPort] = [await freePort(), await freePort()];
  const program = fileURLToPath(new URL("tutorial-server.php", import.meta.url));
  const child = spawnBound("php", [program, String(textPort), String(webSocketPort)], { env: process.env });
  if (child.stdout === null) throw new Error("it says nothing");
  await once(child.stdout, "data");
  await pinProcess(child.pid ?? 0, serverCore);
  return {
    name: "one process of PHP",
    textPort,
    pageUrl: `ws://127.0.0.1:${webSocketPort}`,
    async close() {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The page on the gateway with the text door, or on another one. */
const startHub =
  (gateways: 1 | 2) =>
  async ({ redis }: BenchContext): Promise<Contender> => {
    const env = {
      SWITCHYARD_REDIS_URL: redis.url,
      SWITCHYARD_TOKEN_SECRET: tokenSecret,
      SWITCHYARD_PLAIN_ENABLED: "true",
      SWITCHYARD_PLAIN_TRUST_UID: "true",
    };
    const textPort = await freePort();
    const text = { SWITCHYARD_TEXT_ENABLED: "true", SWITCHYARD_TEXT_PORT: String(textPort) };
    const own = await startApp("gateway", { ...env, ...text });
    const other = gateways === 1 ? own : await startApp("gateway", env);
    await Promise.all([pinProcess(own.pid, serverCore), gateways === 2 && pinProcess(other.pid, loadCore)]);
    return {
      name: gateways === 1 ? "hub, page on the same gateway" : "hub, page on another gateway",
      textPort,
      pageUrl: `ws://127.0.0.1:${other.port}/connection/plain`,
      close: () => Promise.all(Array.from(new Set([own, other]), (app) => app.stop())),
    };
  };
