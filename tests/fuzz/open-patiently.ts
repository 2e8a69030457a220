import { openRawWebSocket, type RawOptions, type RawWebSocket } from "@switchyard/testkit/raw-websocket";

const triesMax = 10;

/**
 * A WebSocket, also on a machine so busy that a request is on its way for longer than the ten seconds a gateway waits for its head:
 * that it answers 408 then is what it promises, and no reason for an attacker to give up.
 */
export async function openPatiently(port: number, options?: RawOptions): Promise<RawWebSocket> {
  for (let tries = 1; ; tries++) {
    try {
      return await openRawWebSocket(port, options);
    } catch (error) {
      if (tries === triesMax || !String(error).includes(" 408 ")) throw error;
    }
  }
}
