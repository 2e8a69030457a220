import { encodeFrame, openRawWebSocket } from "@switchyard/testkit/raw-websocket";
import { Tally } from "./door.ts";
import type { FuzzHub } from "./fuzz-hub.ts";
import { heardInTime } from "./heard-in-time.ts";

/** What no longer works for somebody who behaves: a message that is published arrives, and a task that is enqueued runs. */
export async function findLostService(hub: FuzzHub): Promise<readonly string[]> {
  if (hub.isOver) return ["nobody is there to be asked"];
  const tally = new Tally();
  const connection = await openRawWebSocket(hub.gateways[0]?.port ?? 0);
  const write = (command: object) => connection.socket.write(encodeFrame(JSON.stringify(command)));
  write({ id: 1, connect: { token: hub.token("afterwards") } });
  write({ id: 2, subscribe: { channel: "kept:afterwards" } });
  const isSubscribed = await heardInTime(connection, '{"id":2,"subscribe"', tally);
  const published = await hub.post("/api/publish", { channel: "kept:afterwards", data: "still here" });
  const isDelivered = await heardInTime(connection, '"data":"still here"', tally);
  connection.socket.destroy();
  const enqueued = await hub.post("/v1/tasks", { handler: "echo", data: "still here", group: "afterwards" });
  const { id } = enqueued.body as { id?: string };
  const task = await hub.get(`/v1/tasks/${id}?wait=20`);
  const hasRun = (task.body as { result?: unknown }).result === "still here";
  return [
    ...tally.faults,
    ...(isSubscribed && isDelivered ? [] : [`a message does not arrive any more: ${JSON.stringify(published)}`]),
    ...(hasRun ? [] : [`a task does not run any more: ${JSON.stringify([enqueued.body, task.body])}`]),
  ];
}
