import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/**
 * Where the end of a task is struck. `before`: the finishing command never reaches Redis. `inside`: it does, and its sender is
 * gone at once. `after`: Redis has answered, and nobody hears it. `answer`: the same, but only the connection breaks.
 */
export type Strike = "before" | "inside" | "after" | "answer";

/**
 * A worker's line to Redis. It reads along, and when the worker sends the result it was told to look for, which no command
 * but the finishing one carries, it strikes: that moment cannot be hit from outside, and the product needs no fault points.
 */
export interface FinishLine {
  readonly port: number;
  /** Once, for the next command that contains the text. `onStruck` ends the worker, unless only the connection is to break. */
  arm(text: string, strike: Strike, onStruck: () => void): void;
  disarm(): void;
  close(): Promise<void>;
}

interface Armed {
  readonly text: string;
  readonly strike: Strike;
  readonly onStruck: () => void;
}

export async function startFinishLine(redisPort: number): Promise<FinishLine> {
  const clients = new Set<Socket>();
  let armed: Armed | undefined;
  /** The worker is gone: nothing passes any more. */
  let isCut = false;

  const server = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    const redis = connect({ port: redisPort, host: "127.0.0.1", noDelay: true });
    let awaited: Armed | undefined;
    const end = () => {
      clients.delete(client);
      client.destroy();
      redis.destroy();
    };
    client.on("error", () => undefined).on("close", end);
    redis.on("error", () => undefined).on("close", end);
    client.on("data", (chunk: Buffer) => {
      if (isCut) return;
      const strike = armed !== undefined && chunk.includes(armed.text) ? armed : undefined;
      if (strike === undefined) return void redis.write(chunk);
      armed = undefined;
      if (strike.strike !== "before") redis.write(chunk);
      if (strike.strike === "after" || strike.strike === "answer") return void (awaited = strike);
      isCut = true;
      strike.onStruck();
    });
    redis.on("data", (chunk: Buffer) => {
      if (isCut) return;
      if (awaited === undefined) return void client.write(chunk);
      isCut = awaited.strike !== "answer";
      awaited.onStruck();
      if (!isCut) end();
    });
  });

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    arm: (text, strike, onStruck) => void (armed = { text, strike, onStruck }),
    disarm: () => void (armed = undefined),
    async close() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
