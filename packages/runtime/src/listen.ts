import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StartupError } from "./startup-error.ts";

/**
 * Starts an HTTP server; port 0 takes a free one.
 * @throws StartupError when the port is taken or not allowed.
 */
export async function listen(server: Server, address: { host: string; port: number }): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explainListenError(error, address)));
    // Without a host Node listens on `::`, or on `0.0.0.0` where the kernel knows no IPv6; told `::` it would fail there.
    server.listen(address.port, address.host === "::" ? undefined : address.host, resolve);
  });
  return server.address() as AddressInfo;
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
    case "ENOTFOUND":
    case "EAFNOSUPPORT":
      return new StartupError(
        "environment",
        `address ${host} cannot be found, or is of a kind this machine does not have`,
      );
    default:
      return error;
  }
}

/**
 * Stops accepting and cuts off plain HTTP; resolves when every socket is closed. Node knows nothing of upgraded and refused
 * ones any more, so each of them must have a deadline from whoever ended it. A list of them here would cost 140 bytes for
 * every idle connection.
 */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
