import type { RawWebSocket } from "@switchyard/testkit/raw-websocket";
import type { Tally } from "./door.ts";

/** Longer than anything takes on a busy machine. */
const answerMs = 30_000;

/** Whether an answer came before the connection ended; that neither happens is a fault. */
export async function heardInTime(connection: RawWebSocket, answer: string, tally: Tally): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => (timer = setTimeout(resolve, answerMs, "late")));
  const heard = await Promise.race([connection.heard((text) => text.includes(answer)), late]);
  clearTimeout(timer);
  if (heard !== "late") return heard;
  tally.fault(`neither an answer nor an end within ${answerMs} ms: ${answer}`);
  return false;
}
