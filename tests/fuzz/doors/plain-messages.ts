import { createFrameFuzzer } from "@switchyard/testkit/frame-fuzzer";
import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { encodeFrame } from "@switchyard/testkit/raw-websocket";
import { strangeChannels, strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { heardInTime } from "../heard-in-time.ts";
import { openPatiently } from "../open-patiently.ts";

const perConnection = 100;
const perWrite = 20;
const path = "/connection/plain";
/** Of connections, those that say something strange at once. */
const strangersShare = 0.5;

/** Pages that say who they are in every way, and later whatever comes to their mind. */
export const plainMessages: Door = {
  name: "plain messages",
  share: 3,
  attackers: 3,
  async attack(scene, quota) {
    for (let left = quota; left > 0 && !scene.hub.isOver;) {
      left -=
        scene.random() < strangersShare ? await introduce(scene) : await talk(scene, Math.min(left, perConnection));
    }
  },
};

/** A first message, and at once the goodbye: whatever it was, the line ends. */
async function introduce({ hub, random, tally }: Scene): Promise<number> {
  const connection = await openPatiently(hub.gateways[0]?.port ?? 0, { path });
  const first = encodeFrame(disturbed(Buffer.from(strangeFirst(random)), random), { opcode: random() < 0.9 ? 1 : 2 });
  connection.socket.write(Buffer.concat([first, encodeFrame(Buffer.of(3, 232), { opcode: 8 })]));
  if (await heardInTime(connection, { what: "the end of a stranger", isIn: () => false }, tally)) return 1;
  tally.add(`closed ${connection.closeCode ?? "without a code"}`);
  return 1;
}

/** Sends until the server has had enough, or all is sent. @returns how many cases were handled, at least one */
async function talk({ hub, random, attacker, tally }: Scene, cases: number): Promise<number> {
  const connection = await openPatiently(hub.gateways[0]?.port ?? 0, { path });
  const open = `plain${attacker}`;
  connection.socket.write(encodeFrame(JSON.stringify({ uid: "fuzz", open }), { opcode: 1 }));
  const nextCommand = () => disturbed(Buffer.from(strangeObject(random)), random);
  const nextFrame = createFrameFuzzer({ random, nextCommand, opcode: 1 });
  let handled = 0;
  for (let round = 0; handled < cases; round++) {
    const size = Math.min(perWrite, cases - handled);
    const frames = Array.from({ length: size }, (_, index) => nextFrame(index));
    // It comes back to its publisher when all before it were looked at.
    const last = JSON.stringify({ open, round });
    connection.socket.write(Buffer.concat([...frames, encodeFrame(last, { opcode: 1 })]));
    if (!(await heardInTime(connection, last, tally))) break;
    handled += size;
    tally.add("answered", size);
  }
  if (handled < cases) tally.add(`closed ${connection.closeCode ?? "without a code"}`);
  connection.socket.destroy();
  return Math.max(1, handled < cases ? handled + 1 : handled);
}

function strangeFirst(random: () => number): string {
  const dice = random();
  if (dice < 0.3) return strangeObject(random);
  return dice < 0.6 ? pick(strangeValues, random) : pick(strangeChannels, random);
}

function strangeObject(random: () => number): string {
  const value = () => (random() < 0.4 ? JSON.stringify(pick(strangeChannels, random)) : pick(strangeValues, random));
  const keys = ["uid", "token", "open", "kept", "nowhere", "__proto__", "user"];
  const fields = Array.from({ length: Math.floor(random() * 4) }, () => `"${pick(keys, random)}":${value()}`);
  return `{${fields.join(",")}}`;
}

function disturbed(message: Buffer, random: () => number): Buffer {
  const dice = random();
  if (dice < 0.01) return randomBytes(60, random);
  return dice < 0.06 ? mutateBytes(message, random) : message;
}
