import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";

/** What a client met on its way through nginx. */
export interface ReconnectingClient {
  /** True while its WebSocket is open. */
  readonly isOpen: boolean;
  /** Answers to upgrades that were not 101, such as `502`. */
  readonly refusals: readonly string[];
  /** From each close to the next time it was open. */
  readonly absencesMs: readonly number[];
  stop(): void;
}

/**
 * Keeps one WebSocket open: at once after a close, and every 50 ms as long as it is refused. The SDK waits longer the more
 * often it was refused, which would hide for how long a door was closed.
 */
export function keepConnected(url: string, connect: object): ReconnectingClient {
  const seen = { isOpen: false, refusals: [] as string[], absencesMs: [] as number[] };
  let stopped = false;
  let socket: WebSocket | undefined;

  async function run(): Promise<void> {
    let lostAt: number | undefined;
    while (!stopped) {
      const ended = await new Promise<string | undefined>((resolve) => {
        socket = new WebSocket(url);
        socket.once("open", () => {
          socket?.send(JSON.stringify({ id: 1, connect }));
          seen.isOpen = true;
          if (lostAt !== undefined) seen.absencesMs.push(performance.now() - lostAt);
        });
        socket.on("message", (data) => (data as Buffer).toString() === "{}" && socket?.send("{}"));
        socket.once("close", () => resolve(undefined));
        socket.once("error", (error) => resolve(error.message));
      });
      if (seen.isOpen) lostAt = performance.now();
      if (!seen.isOpen && ended !== undefined && !stopped) seen.refusals.push(ended);
      const wasRefused = !seen.isOpen;
      seen.isOpen = false;
      if (wasRefused) await delay(50);
    }
  }
  void run();
  return {
    get isOpen() {
      return seen.isOpen;
    },
    refusals: seen.refusals,
    absencesMs: seen.absencesMs,
    stop() {
      stopped = true;
      socket?.terminate();
    },
  };
}
