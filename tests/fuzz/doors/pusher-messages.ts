import { authOf, channelText, userText } from "@switchyard/pusher/signature";
import { createFrameFuzzer } from "@switchyard/testkit/frame-fuzzer";
import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { encodeFrame, type RawWebSocket } from "@switchyard/testkit/raw-websocket";
import { strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { heardInTime } from "../heard-in-time.ts";
import { openPatiently } from "../open-patiently.ts";

/** Of the hub's settings (fuzz-hub.ts). */
export const fuzzedApp = { id: "fuzz", key: "fuzz-key", secret: "secret-of-the-fuzzed", namespace: "apps" };

const perConnection = 200;
const perWrite = 20;

/** Messages of clients of the Pusher protocol, many with right signatures of strange texts. */
export const pusherMessages: Door = {
  name: "Pusher messages",
  share: 5,
  attackers: 3,
  async attack(scene, quota) {
    for (let left = quota; left > 0 && !scene.hub.isOver;) left -= await send(scene, Math.min(left, perConnection));
  },
};

/** Sends until the server has had enough, or all is sent. @returns how many cases were handled, at least one */
async function send({ hub, random, tally }: Scene, cases: number): Promise<number> {
  const connection = await openPatiently(hub.gateways[0]?.port ?? 0, { path: `/app/${fuzzedApp.key}` });
  const isOpen = await heardInTime(connection, "pusher:connection_established", tally);
  if (!isOpen) tally.fault("a client of an app is not told that it is in");
  const socketId = socketIdOf(connection);
  const nextCommand = () => Buffer.from(strangeMessage(socketId, random));
  const nextFrame = createFrameFuzzer({ random, nextCommand: () => disturbed(nextCommand(), random), opcode: 1 });
  let handled = 0;
  for (let round = 0; handled < cases; round++) {
    const size = Math.min(perWrite, cases - handled);
    const frames = Array.from({ length: size }, (_, index) => nextFrame(index));
    // Answered, one way or the other, when all before it are.
    const channel = `asked-${round}`;
    const last = encodeFrame(JSON.stringify({ event: "pusher:subscribe", data: { channel } }), { opcode: 1 });
    connection.socket.write(Buffer.concat([...frames, last]));
    if (!(await heardInTime(connection, `"channel":"${channel}"`, tally))) break;
    handled += size;
    tally.add("answered", size);
  }
  if (handled < cases) tally.add(`closed ${connection.closeCode ?? "without a code"}`);
  connection.socket.destroy();
  return Math.max(1, handled < cases ? handled + 1 : handled);
}

function socketIdOf({ received }: Pick<RawWebSocket, "received">): string {
  return /\d+\.\d+/.exec(received)?.[0] ?? "";
}

function disturbed(message: Buffer, random: () => number): Buffer {
  const dice = random();
  if (dice < 0.005) return randomBytes(60, random);
  return dice < 0.03 ? mutateBytes(message, random) : message;
}

const channels = [
  "news",
  "private-a",
  "private-encrypted-a",
  "private-cache-a",
  "presence-a",
  "presence-cache-a",
  "cache-a",
  "#server-to-user-7",
  "#server-to-user-",
  "#x",
  "",
  "a b",
  "user:7",
  "}",
  "x".repeat(201),
];
const events = [
  "pusher:subscribe",
  "pusher:subscribe",
  "pusher:unsubscribe",
  "pusher:signin",
  "pusher:ping",
  "pusher:pong",
  "client-x",
  "hub:recover",
  "pusher_internal:member_added",
  "x",
  "",
];

/** JSON text: the data as an object, as a text with one in it, or as anything. */
function strangeMessage(socketId: string, random: () => number): string {
  const channel = pick(channels, random);
  const some = (text: string) => (random() < 0.9 ? text : pick(strangeValues, random));
  const data = some(strangeData({ socketId, channel }, random));
  const asText = random() < 0.2 ? JSON.stringify(data) : data;
  return `{"event":${some(JSON.stringify(pick(events, random)))},"channel":${some(JSON.stringify(channel))},"data":${asText}}`;
}

function strangeData(asked: { readonly socketId: string; readonly channel: string }, random: () => number): string {
  const { socketId, channel } = asked;
  const value = () => pick(strangeValues, random);
  const member = pick(
    ['{"user_id":"7","user_info":{"n":1}}', `{"user_id":${value()},"user_info":${value()}}`, value()],
    random,
  );
  const user = pick(['{"id":"7"}', `{"id":${value()},"watchlist":${value()},"user_info":${value()}}`, value()], random);
  const channelData = channel.startsWith("presence-") ? member : undefined;
  return pick(
    [
      JSON.stringify({
        channel,
        auth: authOf(fuzzedApp, channelText({ socketId, channel, channelData })),
        channel_data: channelData,
      }),
      JSON.stringify({ user_data: user, auth: authOf(fuzzedApp, userText(socketId, user)) }),
      `{"channel":${JSON.stringify(channel)},"auth":${value()},"channel_data":${value()}}`,
      `{"positions":{${JSON.stringify(channel)}:{"offset":${value()},"epoch":${value()}}}}`,
      value(),
    ],
    random,
  );
}
