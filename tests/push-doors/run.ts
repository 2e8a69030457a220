import { createSocket } from "node:dgram";
import { eventually } from "@switchyard/testkit/eventually";
import { startDoorHub } from "./door-hub.ts";
import { textTrial } from "./text-trial.ts";

/**
 * The doors for scripts at full size, some minutes: `node tests/push-doors/run.ts [lines]`. A million lines over one connection of the
 * text door, and a burst of 100 000 datagrams.
 */

const lines = Number(process.argv[2] ?? 1_000_000);
const hub = await startDoorHub();
try {
  console.log("text", await textTrial(hub, lines));
  console.log("udp", await udpBurst(100_000));
} finally {
  await hub.close();
}

async function udpBurst(sent: number): Promise<object> {
  const socket = createSocket("udp4");
  for (let n = 0; n < sent; n++) {
    socket.send(`{"school_id":2,"school_class_id":1,"n":${n}}`, hub.ownPorts.udp, "127.0.0.1");
    if (n % 100 === 99) await new Promise((resolve) => void setImmediate(resolve));
  }
  const fates = await eventually(
    async () => {
      const text = await (await fetch(`${hub.withDoors.url}/metrics`)).text();
      const found = Array.from(
        text.matchAll(/udp_datagrams_total\{fate="(\w+)"\} (\d+)/g),
        ([, fate = "", count]) => [fate, Number(count)] as const,
      );
      const sum = found.reduce((total, [, count]) => total + count, 0);
      if (sum !== sent) throw new Error(`${sum} of ${sent} are counted`);
      return Object.fromEntries(found);
    },
    { timeoutMs: 60_000 },
  );
  socket.close();
  return { sent, ...fates };
}
