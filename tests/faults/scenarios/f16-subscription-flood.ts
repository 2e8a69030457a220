import { eventually } from "@switchyard/testkit/eventually";
import { encodeFrame, openRawWebSocket, type RawWebSocket } from "@switchyard/testkit/raw-websocket";
import type { Stage } from "@switchyard/testkit/stage";
import { residentMib } from "../gateway-metrics.ts";
import { brokenPromises, commonFigures, unless, type Outcome, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

/** The limit of 128 counts the user's own channel, which the server subscribes. */
const ownChannels = 127;
const env = {
  SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "100",
  SWITCHYARD_CLIENT_COMMAND_BURST_LIMIT: "500",
  // The raw connections here answer no pings.
  SWITCHYARD_CLIENT_PING_INTERVAL: "1h",
  SWITCHYARD_CLIENT_PONG_TIMEOUT: "30m",
};

export const subscriptionFlood: Scenario = {
  id: "F16",
  promise:
    "10 000 subscribes at once end at the limit, then the connection; 10 000 channels leave nothing behind in Redis",
  run: ({ seed, carrier }) =>
    withTrial({ seed, carrier, clients: 12, stage: { gateways: 1, env } }, async (trial) => {
      const [gateway] = trial.stage.gateways;
      if (gateway === undefined) throw new Error("the stage has no gateway");
      const before = await redisChannels(trial.stage);
      const greedy = await connected(trial, gateway.port);
      const { accepted, isAlive } = await subscribeMany(
        greedy,
        Array.from({ length: 10_000 }, (_, index) => `open:greedy-${index}`),
      );
      const mibBefore = await residentMib(gateway);
      const many = await Promise.all(Array.from({ length: 100 }, () => connected(trial, gateway.port)));
      const perConnection = many.map((_, part) => Array.from({ length: 100 }, (__, index) => `open:${part}-${index}`));
      await Promise.all(many.map((connection, part) => subscribeMany(connection, perConnection[part] ?? [])));
      const during = await redisChannels(trial.stage);
      const names = await strangeNames(trial, gateway.port);
      for (const { socket } of [greedy, ...many]) socket.destroy();
      const gone = async () => {
        const now = await redisChannels(trial.stage);
        if (now > before) throw new Error(`${now - before} channels are left in Redis`);
      };
      const cleaned = await eventually(gone, { timeoutMs: 20_000, everyMs: 100 }).then(
        () => [],
        (error) => [String(error)],
      );
      const mibAfter = await residentMib(gateway);
      const verdict = await trial.verdict();
      return {
        figures: {
          "accepted of 10 000": accepted,
          "then closed with": isAlive ? "not closed" : (greedy.closeCode ?? "no code"),
          "channels in Redis before/during": `${before}/${during}`,
          "RSS MiB before/after": `${mibBefore}/${mibAfter}`,
          ...names.figures,
          ...commonFigures(verdict),
        },
        broken: [
          ...cleaned,
          ...names.broken,
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(accepted === ownChannels, `${accepted} subscriptions instead of ${ownChannels}`),
          ...unless(!isAlive, "10 000 subscribes at once did not end the connection"),
          ...unless(during - before >= 10_000, `${during - before} channels in Redis`),
        ],
      };
    }),
};

async function redisChannels({ admin }: Stage): Promise<number> {
  return ((await admin.pubsub("CHANNELS", "sy:*")) as string[]).length;
}

async function connected({ stage }: Trial, port: number): Promise<RawWebSocket> {
  const connection = await openRawWebSocket(port);
  connection.socket.write(encodeFrame(JSON.stringify({ id: 1, connect: { token: stage.token("flood") } })));
  if (!(await connection.heard((text) => text.includes('{"id":1,"connect"')))) throw new Error("connect was refused");
  return connection;
}

/** Stops when the connection is closed. */
async function subscribeMany(
  connection: RawWebSocket,
  channels: readonly string[],
): Promise<{ accepted: number; isAlive: boolean }> {
  let accepted = 0;
  const perFrame = 50;
  for (let start = 0; start < channels.length; start += perFrame) {
    const commands = channels
      .slice(start, start + perFrame)
      .map((channel, index) => JSON.stringify({ id: start + index + 2, subscribe: { channel } }));
    connection.socket.write(encodeFrame(commands.join("\n")));
    const last = `{"id":${start + commands.length + 1},`;
    const isAlive = await connection.heard((text) => text.includes(last));
    const answers = [...connection.received.matchAll(/\{"id":(\d+),"subscribe"/g)].map(([, id]) => Number(id));
    accepted += new Set(answers.filter((id) => id >= start + 2)).size;
    if (!isAlive) return { accepted, isAlive };
  }
  return { accepted, isAlive: true };
}

/** Names that would mean something to Redis or to a line protocol mean nothing here, or are refused. */
async function strangeNames(trial: Trial, port: number): Promise<Outcome> {
  const connection = await connected(trial, port);
  const names = [
    "open:*",
    "open:[a-z]*",
    "open:?",
    "open:\u0000",
    "open:a\r\nb",
    `open:${"x".repeat(251)}`,
    `open:${"x".repeat(250)}`,
  ];
  const replies: string[] = [];
  for (const [index, channel] of names.entries()) {
    const id = 100 + index;
    connection.socket.write(encodeFrame(JSON.stringify({ id, subscribe: { channel } })));
    await connection.heard((text) => text.includes(`{"id":${id},`));
    replies.push(
      connection.received.match(new RegExp(`\\{"id":${id},"(?:error":\\{"code":\\d+|subscribe)`))?.[0] ?? "closed",
    );
  }
  // Every glob above would match this.
  await publish(trial.stage, "open:q");
  await publish(trial.stage, "open:*");
  await connection.heard((text) => text.includes('"channel":"open:*"'));
  const isHeard = connection.received.includes('"channel":"open:q"');
  connection.socket.destroy();
  const codes = replies.map((reply) => /\d+$/.exec(reply)?.[0] ?? "accepted");
  return {
    figures: { "strange names": codes.join(" ") },
    broken: [
      ...unless(!isHeard, "a glob in a channel's name matched another channel"),
      ...unless(codes.at(-2) === "107", "a name of 256 bytes was not refused with 107"),
      ...unless(codes.at(-1) === "accepted", "a name of 255 bytes was refused"),
    ],
  };
}

async function publish({ api, apiKey }: Stage, channel: string): Promise<void> {
  const headers = { "content-type": "application/json", "x-api-key": apiKey };
  const body = JSON.stringify({ channel, data: { id: "x" } });
  await fetch(`${api.url}/api/publish`, { method: "POST", headers, body });
}
