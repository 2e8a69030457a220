import { once } from "node:events";
import type { Server } from "node:http";
import { Server as TcpServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What a proxy takes to send its next request over a connection it keeps, unless it has none to send. */
const handOverMs = 500;

/** What the requests in flight get; waiting ones are answered at once. Well below `shutdown.timeout`. */
const graceMs = 5_000;

/**
 * Stops a server that stands behind a proxy without losing a request, and resolves when the last connection has ended. Replies
 * must say `Connection: close` by now.
 *
 * A proxy that finds a connection closed after it has sent a POST over it must not send it again, so its client gets 502. Three
 * things follow. The port closes first, while the proxy still has its old connections and opens few: what has been accepted
 * by the kernel and not by us is reset. Idle connections stay open until they are used up, by a request that is answered as
 * always. Those that are still idle after half a second are closed; they are hardly ever used, so hardly ever in that moment.
 *
 * Whoever does not send the rest of a request, or does not take the answer, is cut off in the end.
 */
export async function handOverConnections(server: Server): Promise<void> {
  const ended = once(server, "close");
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  // The HTTP server's own `close` ends idle connections at once.
  TcpServer.prototype.close.call(server);
  await Promise.race([ended, delay(handOverMs)]);
  server.closeIdleConnections();
  await ended;
  clearTimeout(timer);
}
