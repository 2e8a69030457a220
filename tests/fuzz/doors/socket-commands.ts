import { createFrameFuzzer } from "@switchyard/testkit/frame-fuzzer";
import { encodeFrame, openRawWebSocket } from "@switchyard/testkit/raw-websocket";
import type { Door, Scene } from "../door.ts";
import { heardInTime } from "../heard-in-time.ts";

const perConnection = 400;
const perWrite = 40;

/** Commands of clients, right in their form and strange in their values, mutated, or broken below the protocol. */
export const socketCommands: Door = {
  name: "socket commands",
  share: 50,
  attackers: 8,
  async attack(scene, quota) {
    for (let left = quota; left > 0 && !scene.hub.isOver;) left -= await send(scene, Math.min(left, perConnection));
  },
};

/** Sends until the server has had enough, or all is sent. @returns how many cases were seen to be handled, at least one */
async function send({ hub, random, attacker, tally }: Scene, cases: number): Promise<number> {
  const nextCase = createFrameFuzzer(random);
  const connection = await openRawWebSocket(hub.gateways[0]?.port ?? 0);
  const user = random() < 0.5 ? "fuzz" : `fuzz${attacker}`;
  connection.socket.write(encodeFrame(JSON.stringify({ id: 1, connect: { token: hub.token(user) } })));
  await heardInTime(connection, '{"id":1,"connect"', tally);
  let handled = 0;
  for (let id = 2; handled < cases;) {
    const size = Math.min(perWrite, cases - handled);
    const frames = Array.from({ length: size }, (_, index) => nextCase(id + index).bytes);
    id += size;
    // The right command behind them is answered when all before it were.
    connection.socket.write(Buffer.concat([...frames, encodeFrame(`{"id":${id},"rpc":{}}`)]));
    if (!(await heardInTime(connection, `{"id":${id},"error"`, tally))) break;
    id += 1;
    handled += size;
    tally.add("answered", size);
  }
  // What ended it was one of the last write; how many were handled before that one is not known, so only it counts.
  if (handled < cases) tally.add(`closed ${connection.closeCode ?? "without a code"}`);
  connection.socket.destroy();
  return Math.max(1, handled < cases ? handled + 1 : handled);
}
