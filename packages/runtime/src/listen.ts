import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { StartupError } from "./startup-error.ts";

/** A server that listens, and every socket it has, upgraded ones included: those Node's own `closeAllConnections` forgets. */
export interface Listening {
  readonly port: number;
  /**
   * Stops accepting and cuts off plain HTTP at once. Upgraded and refused sockets have `graceMs` to end by themselves, then
   * they are destroyed: however its peers behave, this resolves.
   */
  readonly close: (graceMs?: number) => Promise<void>;
  /** Destroys every socket there is. */
  readonly cutOff: () => void;
}

/**
 * Starts an HTTP server; port 0 takes a free one.
 * @throws StartupError when the port is taken or not allowed.
 */
export async function listen(server: Server, address: { host: string; port: number }): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explainListenError(error, address)));
    // Without a host Node listens on `::`, or on `0.0.0.0` where the kernel knows no IPv6; told `::` it would fail there.
    server.listen(address.port, address.host === "::" ? undefined : address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const cutOff = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cutOff,
    async close(graceMs = 0) {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      const timer = setTimeout(cutOff, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

export function explainListenError(
  error: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new StartupError(
        "environment",
        `port ${port} on ${host} is taken; stop the process that holds it or choose another port`,
      );
    case "EACCES":
      return new StartupError(
        "environment",
        `port ${port} on ${host} is not allowed for this user; choose a port above 1023`,
      );
    case "EADDRNOTAVAIL":
      return new StartupError("environment", `address ${host} does not belong to this machine`);
    default:
      return error;
  }
}
