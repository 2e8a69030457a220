import { createHmac } from "node:crypto";
import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { encodeFrame } from "@switchyard/testkit/raw-websocket";
import { strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { heardInTime } from "../heard-in-time.ts";
import { openPatiently } from "../open-patiently.ts";

const perConnection = 100;
const perWrite = 20;

/** Tokens that are signed and say strange things, and such as are broken in every other way. */
export const tokens: Door = {
  name: "tokens",
  share: 8,
  attackers: 4,
  async attack(scene, quota) {
    for (let left = quota; left > 0 && !scene.hub.isOver;) left -= await send(scene, Math.min(left, perConnection));
  },
};

/** One connects with such a token, and is refused as a rule; then others are shown for channels, which leaves the line open. */
async function send(scene: Scene, cases: number): Promise<number> {
  const { hub, random, tally } = scene;
  const connection = await openPatiently(hub.gateways[0]?.port ?? 0);
  const write = (command: object) => connection.socket.write(encodeFrame(JSON.stringify(command)));
  const closed = () => `closed ${connection.closeCode ?? "without a code"}`;
  write({ id: 1, connect: { token: random() < 0.5 ? strangeToken(scene) : hub.token("fuzz") } });
  const isAnswered = await heardInTime(connection, '{"id":1,', tally);
  const isConnected = connection.received.includes('{"id":1,"connect"');
  tally.add(isConnected ? "connected" : isAnswered ? "refused" : closed());
  let handled = 1;
  for (let id = 2; isConnected && handled < cases; id += perWrite + 1) {
    const size = Math.min(perWrite, cases - handled);
    for (let index = 0; index < size; index++) {
      write({ id: id + index, subscribe: { channel: pick(channels, random), token: strangeToken(scene) } });
    }
    write({ id: id + size, rpc: {} });
    const isThrough = await heardInTime(connection, `{"id":${id + size},"error"`, tally);
    tally.add(isThrough ? "answered" : closed(), isThrough ? size : 1);
    handled += isThrough ? size : 1;
    if (!isThrough) break;
  }
  connection.socket.destroy();
  return handled;
}

const channels = ["open:a", "$open:b", "kept:#fuzz", "user:fuzz", "task:x", "nowhere:a", "open:{}"];

function strangeToken({ hub, random }: Scene): string {
  const header = {
    alg: random() < 0.9 ? "HS256" : pick(["none", "HS512", "RS256", "", "__proto__"], random),
    typ: "JWT",
  };
  const claims = Object.entries(makers)
    .filter(() => random() < 0.5)
    .map(([name, make]) => `"${name}":${random() < 0.9 ? make(random) : pick(strangeValues, random)}`);
  const signed = `${encode(JSON.stringify(header))}.${encode(`{${claims.join()}}`)}`;
  const signature = createHmac("sha256", hub.tokenSecret).update(signed).digest("base64url");
  const token = `${signed}.${signature}`;
  const dice = random();
  if (dice < 0.05) return randomBytes(100, random).toString("latin1");
  return dice < 0.2 ? mutateBytes(Buffer.from(token), random).toString("latin1") : token;
}

type Make = (random: () => number) => string;
const text: Make = (random) => JSON.stringify(pick(["", "fuzz", "a", "é".repeat(200), "\u0000", "\ud800"], random));
const time: Make = (random) => String(pick([0, 1, -1, 2 ** 31, 4_102_444_800, 1e300, 0.5], random));
const info: Make = (random) => pick(strangeValues, random);

const makers: Readonly<Record<string, Make>> = {
  sub: (random) => (random() < 0.7 ? '"fuzz"' : text(random)),
  channel: (random) => JSON.stringify(pick(channels, random)),
  exp: (random) => (random() < 0.7 ? "4102444800" : time(random)),
  iat: time,
  expire_at: time,
  jti: text,
  info,
  b64info: (random) => JSON.stringify(pick(["", "e30=", "!", "/w=="], random)),
  data: info,
  meta: info,
  client: text,
  channels: (random) => JSON.stringify([pick(channels, random), pick(channels, random)]),
  subs: (random) =>
    `{${JSON.stringify(pick(channels, random))}:{"info":${info(random)},"override":{"presence":{"value":true}}}}`,
  override: (random) => `{"force_recovery":${pick(['{"value":true}', "1", "null", '{"value":"x"}'], random)}}`,
};

function encode(json: string): string {
  return Buffer.from(json).toString("base64url");
}
