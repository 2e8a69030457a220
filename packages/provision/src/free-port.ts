import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/**
 * A TCP port of 127.0.0.1 that was free a moment ago. For programs that cannot choose one themselves; whoever can should
 * listen on port 0 instead, which has no gap in which another process can take it.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
