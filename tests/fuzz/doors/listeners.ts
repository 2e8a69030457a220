import { createHash } from "node:crypto";
import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { wireBytes, wireField, wireNumber } from "@switchyard/testkit/protobuf-writer";
import { encodeFrame } from "@switchyard/testkit/raw-websocket";
import { strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { heardInTime } from "../heard-in-time.ts";
import { openPatiently } from "../open-patiently.ts";
import { openResponse } from "../response-ear.ts";
import type { StrangeRequest } from "../send-request.ts";

/** Clients that only listen: what they say of themselves, and of where they stood, is all they say. */
export const listeners: Door = {
  name: "listeners",
  share: 2,
  attackers: 3,
  async attack(scene, quota) {
    for (let done = 0; done < quota && !scene.hub.isOver; done++) {
      if (scene.random() < 0.2) await overWebSocket(scene);
      else await overStream(scene);
    }
  },
};

const channels = ["kept:a", "short:a", "open:a"];

/** Whatever it is told first, it is told whether it is in. */
const firstPush = {
  what: "a first push",
  isIn: (received: string) => received.includes('"connect":') || received.includes('"disconnect":'),
};
/** A push of Protobuf names nothing, and nothing else comes. */
const firstBytes = { what: "a first push of Protobuf", isIn: (received: string) => received.length > 2 };

async function overStream({ hub, random, tally }: Scene): Promise<void> {
  const request = strangeListening(hub.token("fuzz", { channels }), random);
  const opened = await openResponse(hub.gateways[0]?.port ?? 0, request);
  if (typeof opened === "string") {
    if (opened === "no answer") tally.fault(`no answer to ${request.method} ${request.path.slice(0, 300)}`);
    return tally.add(opened);
  }
  tally.add(opened.status);
  if (opened.status >= 500) tally.fault(`${opened.status} to ${request.method} ${request.path.slice(0, 300)}`);
  const isStream = opened.status === 200 && request.method !== "HEAD";
  const push = request.path.includes("format=protobuf") ? firstBytes : firstPush;
  if (isStream && !(await heardInTime(opened, push, tally)) && !hub.isOver) {
    tally.fault(`a stream ended without a word: ${request.method} ${request.path.slice(0, 300)}`);
  }
  opened.drop();
}

async function overWebSocket({ hub, random, tally }: Scene): Promise<void> {
  const isProtobuf = random() < 0.3;
  const isInAddress = !isProtobuf && random() < 0.3;
  const token = hub.token("fuzz", { channels });
  const said = isProtobuf ? strangeProtobuf(token, random) : strangeConnect(token, random);
  const address = isInAddress ? `?cf_connect=${encodeURIComponent(said.toString("latin1"))}` : "";
  const query = isProtobuf ? "?format=protobuf" : address;
  const port = hub.gateways[0]?.port ?? 0;
  const connection = await openPatiently(port, { path: `/connection/uni_websocket${query}` });
  const frames = isInAddress ? [] : [encodeFrame(said, { opcode: random() < 0.9 ? 1 : 2 })];
  // Nothing more is read, whatever it is.
  connection.socket.write(Buffer.concat([...frames, encodeFrame(randomBytes(50, random), { opcode: 2 })]));
  const isAnswered = await heardInTime(connection, isProtobuf ? firstBytes : firstPush, tally);
  tally.add(isAnswered ? "answered" : `closed ${connection.closeCode ?? "without a code"}`);
  connection.socket.destroy();
}

function strangeListening(token: string, random: () => number): StrangeRequest {
  const isEvents = random() < 0.7;
  const isProtobuf = !isEvents && random() < 0.5;
  const method =
    isEvents && random() < 0.8 ? "GET" : random() < 0.95 ? "POST" : pick(["PUT", "HEAD", "OPTIONS"], random);
  const query = new URLSearchParams();
  if (random() < 0.7) query.set("token", random() < 0.8 ? token : pick(["", "a.b.c", "é", "\u0000"], random));
  if (method === "GET" && random() < 0.4) query.set("cf_connect", strangeConnect(token, random).toString("latin1"));
  if (isProtobuf) query.set("format", "protobuf");
  if (isEvents && random() < 0.3) query.set("last_event_id", strangeEventId(random));
  const texts = ["application/json", "application/json", "application/x-www-form-urlencoded", "", "text/plain"];
  const types = isProtobuf ? ["application/octet-stream", "application/octet-stream", "application/json"] : texts;
  return {
    method,
    path: `/connection/${isEvents ? "uni_sse" : "uni_http_stream"}?${query.toString()}`,
    headers: {
      ...(method === "GET" ? {} : { "content-type": pick(types, random) }),
      ...(isEvents && random() < 0.5 ? { "last-event-id": strangeEventId(random).replaceAll(/[^ -~]/g, "?") } : {}),
    },
    ...(method === "POST" ? { body: isProtobuf ? strangeProtobuf(token, random) : strangeConnect(token, random) } : {}),
  };
}

/** The request of a `connect`, with positions nobody has been told. */
function strangeConnect(token: string, random: () => number): Buffer {
  const wish = () =>
    `{"recover":${pick(["true", "false", "1"], random)},"offset":${pick(["0", "1", "9007199254740991", "1e999", "-1"], random)},"epoch":"${pick(["", "x", "é"], random)}"}`;
  const fields = [
    `"token":${random() < 0.9 ? JSON.stringify(token) : pick(strangeValues, random)}`,
    ...(random() < 0.5
      ? [`"subs":{"${pick(channels, random)}":${random() < 0.9 ? wish() : pick(strangeValues, random)}}`]
      : []),
    ...(random() < 0.2
      ? [`"${pick(["data", "name", "version", "flag", "x"], random)}":${pick(strangeValues, random)}`]
      : []),
  ];
  const whole = Buffer.from(random() < 0.1 ? "" : `{${fields.join()}}`);
  const dice = random();
  if (dice < 0.05) return randomBytes(100, random);
  return dice < 0.15 ? mutateBytes(whole, random) : whole;
}

/** The same as Protobuf: 1 the token, 3 channels with their positions, 4 a name. */
function strangeProtobuf(token: string, random: () => number): Buffer {
  const position = Buffer.concat([
    wireField(3, wireNumber(1)),
    wireField(7, wireNumber(pick([0, 1, 2 ** 53 - 1], random))),
  ]);
  const entry = Buffer.concat([wireField(1, wireBytes(pick(channels, random))), wireField(2, wireBytes(position))]);
  const whole = Buffer.concat([
    wireField(1, wireBytes(random() < 0.9 ? token : "a.b.c")),
    ...(random() < 0.5 ? [wireField(3, wireBytes(entry))] : []),
    ...(random() < 0.1 ? [wireField(4, wireBytes("x".repeat(300)))] : []),
  ]);
  const dice = random();
  if (dice < 0.1) return randomBytes(100, random);
  return dice < 0.2 ? mutateBytes(whole, random) : whole;
}

/** Such an id as a hub writes it, of channels that are there, and whatever else may stand in a header. */
function strangeEventId(random: () => number): string {
  const places = Array.from({ length: Math.floor(random() * 4) }, () => {
    const name = createHash("sha256").update(pick(channels, random)).digest("base64url").slice(0, 11);
    const epoch = pick(["abcd", "%", "%ff", "", "é", "x".repeat(3_000)], random);
    return `,${name}:${epoch}:${pick(["0", "1", "zz", "2gosa7pa2gv", "zzzzzzzzzzz", "-1", ""], random)}`;
  });
  const id = pick(["1", "1", "1+", "9", ""], random) + places.join("");
  return random() < 0.2 ? mutateBytes(Buffer.from(id), random).toString("latin1") : id;
}
