import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Broker } from "@switchyard/broker/broker";
import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger, type Logger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { Registry } from "prom-client";
import type { Door } from "../../door.ts";
import { openTextDoor } from "../text-door.ts";

const channel = { namespaces: [{ name: "news" }] };
const rules = createChannelRules(checkSettings({ channel }).channel);

/** A text door over a real Redis, and beside its own gateway another one, where users and channels have two connections each. */
export type TextStage = Awaited<ReturnType<typeof startTextStage>>;

export async function startTextStage() {
  const redis = await startTestRedis();
  const heard: string[] = [];
  const [own, other] = (await Promise.all([0, 1].map((index) => openGateway(redis.url, { index, heard })))) as [
    Broker,
    Broker,
  ];
  const doors: Door[] = [];
  const sockets: Socket[] = [];
  /** What one of the gateways will hear of the channel. */
  const listen = (name: string) => other.subscribe(knownChannelName(name));
  // Of user:left the last connection has gone, and the interest has not yet.
  await Promise.all(["user:uid1", "user:left", "news:a"].map(listen));

  return {
    redis,
    heard,
    listen,
    openDoor: async (text: object = {}, others: object = {}) => {
      const lines: { port?: number }[] = [];
      const note = (fields: { port?: number }) => void lines.push(fields);
      const registry = new Registry();
      const door = await openTextDoor({
        settings: checkSettings({ text: { enabled: true, port: 0, ...text }, ...others }),
        broker: own,
        rules,
        registry,
        logger: { info: note, warn: note, error: note } as unknown as Logger,
      });
      if (door !== undefined) doors.push(door);
      return { door, lines, registry, port: lines.find(({ port }) => port !== undefined)?.port ?? 0 };
    },
    openPeer: async (port: number) => {
      const peer = await openPeer(port);
      sockets.push(peer.socket);
      return peer;
    },
    closeDoors: async () => {
      for (const socket of sockets.splice(0)) socket.destroy();
      await Promise.all(doors.splice(0).map((door) => door.close()));
    },
    close: async () => {
      await Promise.all([own.close(), other.close()]);
      await redis.close();
    },
  };
}

/** The first one has no connections, the other one has. */
async function openGateway(url: string, { index, heard }: { index: number; heard: string[] }): Promise<Broker> {
  const broker = await createRedisBroker({
    redis: { url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules,
    onRestored: () => undefined,
    onPublication(name, { body }) {
      heard.push(`${name} ${body.toString()}`);
      return name === "user:left" ? 0 : 2;
    },
  });
  await broker.answerCommands(`node-${index}`, {
    apply(command) {
      heard.push(command.kind === "message" ? `all ${command.dataJson}` : command.kind);
      return index;
    },
    take: () => 0,
    answer: () => undefined,
    listChannels: () => [],
  });
  return broker;
}

async function openPeer(port: number) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  let received = "";
  socket.on("data", (piece) => (received += String(piece)));
  const closed = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  await once(socket, "connect");
  /** All answers so far, once there are as many. */
  const answers = (count: number) =>
    eventually(() => {
      const lines = received.split("\n").slice(0, -1);
      if (lines.length < count) throw new Error(`${lines.length} answers of ${count}`);
      return lines;
    });
  return { socket, closed, answers };
}
