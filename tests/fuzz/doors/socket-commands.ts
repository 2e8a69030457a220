import { createFrameFuzzer } from "@switchyard/testkit/frame-fuzzer";
import { encodeFrame } from "@switchyard/testkit/raw-websocket";
import type { Door, Scene } from "../door.ts";
import { heardInTime } from "../heard-in-time.ts";
import { openPatiently } from "../open-patiently.ts";
import { json, protobuf, type Tongue } from "../tongue.ts";

const perConnection = 400;
const perWrite = 40;

/** Commands of clients, right in their form and strange in their values, mutated, or broken below the protocol. */
export const socketCommands = commandsIn(json, { name: "socket commands", share: 27, attackers: 6 });

/** The same in binary frames. */
export const protobufCommands = commandsIn(protobuf, { name: "Protobuf commands", share: 12, attackers: 3 });

function commandsIn(tongue: Tongue, door: Pick<Door, "name" | "share" | "attackers">): Door {
  return {
    ...door,
    async attack(scene, quota) {
      for (let left = quota; left > 0 && !scene.hub.isOver;) {
        left -= await send(scene, tongue, Math.min(left, perConnection));
      }
    },
  };
}

/** Sends until the server has had enough, or all is sent. @returns how many cases were seen to be handled, at least one */
async function send({ hub, random, attacker, tally }: Scene, tongue: Tongue, cases: number): Promise<number> {
  const { opcode } = tongue;
  const nextFrame = createFrameFuzzer({ random, nextCommand: tongue.fuzzer(random), opcode });
  const connection = await openPatiently(hub.gateways[0]?.port ?? 0, { path: tongue.path });
  const user = random() < 0.5 ? "fuzz" : `fuzz${attacker}`;
  connection.socket.write(encodeFrame(tongue.connect(1, hub.token(user)), { opcode }));
  const isConnected = { what: "connect", isIn: (text: string) => tongue.isConnected(text) };
  if (!(await heardInTime(connection, isConnected, tally))) tally.fault("a connect that is right is not answered");
  let handled = 0;
  for (let id = 2; handled < cases;) {
    const size = Math.min(perWrite, cases - handled);
    const frames = Array.from({ length: size }, (_, index) => nextFrame(id + index));
    id += size;
    // The right command behind them is answered when all before it were.
    const last = id;
    connection.socket.write(Buffer.concat([...frames, encodeFrame(tongue.ask(last), { opcode })]));
    const answer = { what: `command ${last}`, isIn: (text: string) => tongue.isAnswered(text, last) };
    if (!(await heardInTime(connection, answer, tally))) break;
    id += 1;
    handled += size;
    tally.add("answered", size);
  }
  // What ended it was one of the last write; how many were handled before that one is not known, so only it counts.
  if (handled < cases) tally.add(`closed ${connection.closeCode ?? "without a code"}`);
  connection.socket.destroy();
  return Math.max(1, handled < cases ? handled + 1 : handled);
}
