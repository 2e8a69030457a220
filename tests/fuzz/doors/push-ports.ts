import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { strangeChannels, strangeValues } from "@switchyard/testkit/strange-values";
import { readMetrics } from "../../faults/gateway-metrics.ts";
import { portOf } from "../../push-doors/door-hub.ts";
import type { Door, Scene } from "../door.ts";

const perConnection = 50;
/** Longer than anything takes on a busy machine. */
const answerMs = 30_000;

/** Lines of the text port, cut anywhere: each has one answer, `ok`, `fail` or an object, and the connection lasts to its end. */
export const textLines: Door = {
  name: "text port",
  share: 3,
  attackers: 3,
  async attack(scene, quota) {
    const port = portOf("text", gatewayOf(scene));
    for (let left = quota; left > 0 && !scene.hub.isOver; left -= perConnection) {
      await sendLines(scene, port, Math.min(left, perConnection));
    }
  },
};

async function sendLines({ random, tally }: Scene, port: number, cases: number): Promise<void> {
  const text = Buffer.concat(
    Array.from({ length: cases }, () =>
      Buffer.concat([strangePush(random, strangeLine(random)), Buffer.from(pick(["\n", "\r\n"], random))]),
    ),
  );
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", (error) => tally.fault(`the text port ended a connection: ${String(error)}`));
  let received = "";
  socket.on("data", (piece) => (received += String(piece)));
  const ended = once(socket, "end", { signal: AbortSignal.timeout(answerMs) }).catch(() =>
    tally.fault(`no end within ${answerMs} ms of ${JSON.stringify(text.toString("latin1").slice(0, 300))}`),
  );
  for (let at = 0; at < text.length;) {
    const length = random() < 0.1 ? 1 + Math.floor(random() * 9) : 1 + Math.floor(random() * 5_000);
    socket.write(text.subarray(at, at + length));
    at += length;
    if (random() < 0.05) await delay(1);
  }
  socket.end();
  await ended;
  socket.destroy();
  const answers = received.split("\n").slice(0, -1);
  const lines = text.filter((byte) => byte === 0x0a).length;
  if (answers.length !== lines) {
    tally.fault(
      `${answers.length} answers to ${lines} lines: ${JSON.stringify(text.toString("latin1").slice(0, 300))}`,
    );
  }
  const odd = answers.find((answer) => !/^(?:ok|fail|\{"ok":(?:true|false)(?:,.*)?\})$/.test(answer));
  if (odd !== undefined) tally.fault(`an answer that is none: ${odd}`);
  for (const answer of answers.slice(0, cases)) tally.add(answer.startsWith("{") ? "object" : answer);
}

/** Datagrams: whatever they are, the gateway lives, and says what became of each. */
export const datagrams: Door = {
  name: "UDP port",
  share: 3,
  attackers: 1,
  async attack(scene, quota) {
    const { random, tally, hub } = scene;
    const gateway = gatewayOf(scene);
    const port = portOf("udp", gateway);
    const before = await countFates(gateway);
    const socket = createSocket("udp4");
    for (let done = 0; done < quota && !hub.isOver; done++) {
      const datagram = strangePush(random, strangeDatagram(random));
      await new Promise((resolve) => socket.send(datagram, port, "127.0.0.1", resolve));
      tally.add("sent");
    }
    socket.close();
    const deadlineMs = performance.now() + answerMs;
    let counted = 0;
    while (!hub.isOver && (counted = (await countFates(gateway)) - before) !== tally.cases) {
      if (performance.now() > deadlineMs) return tally.fault(`${counted} of ${tally.cases} datagrams are counted`);
      await delay(50);
    }
  },
};

function gatewayOf({ hub }: Scene) {
  const [gateway] = hub.gateways;
  if (gateway === undefined) throw new Error("there is no gateway");
  return gateway;
}

async function countFates(gateway: Parameters<typeof readMetrics>[0]): Promise<number> {
  const metrics = await readMetrics(gateway);
  const fates = [...metrics].filter(([name]) => name.startsWith("switchyard_gateway_udp_datagrams_total{"));
  return fates.reduce((sum, [, count]) => sum + count, 0);
}

/** The same, or something else, or anything. */
function strangePush(random: () => number, right: string): Buffer {
  const dice = random();
  if (dice < 0.1) return randomBytes(80, random);
  return dice < 0.3 ? mutateBytes(Buffer.from(right), random) : Buffer.from(right);
}

function strangeLine(random: () => number): string {
  const fields = [
    ...(random() < 0.6
      ? [`"uid":${random() < 0.7 ? pick(['"fuzz"', "7", '"*"'], random) : pick(strangeValues, random)}`]
      : []),
    ...(random() < 0.5 ? [`"channel":${JSON.stringify(pick(strangeChannels, random))}`] : []),
    ...(random() < 0.3 ? [`"receipt":${pick(["true", "false", "1"], random)}`] : []),
    ...(random() < 0.1 ? [`"x":"${"y".repeat(70_000)}"`] : []),
    ...(random() < 0.5 ? [`"data":${pick(strangeValues, random)}`] : []),
  ];
  return `{${fields.join()}}`;
}

function strangeDatagram(random: () => number): string {
  const value = () => (random() < 0.6 ? pick(['"1"', "2", '"a"'], random) : pick(strangeValues, random));
  const fields = ["school_id", "school_class_id", "uid", "__proto__", "x"].filter(() => random() < 0.6);
  return `{${fields.map((name) => `"${name}":${value()}`).join()}}`;
}
