import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A front door's port from which all others of a hub are free, too. It lies below those the system gives to outgoing connections: one
 * of these could take it between this look and the hub's start.
 */
export async function freeBase(): Promise<number> {
  const base = 20_000 + Math.floor(Math.random() * 10_000);
  const free = await Promise.all([0, 1, 2, 10, 20, 79].map((offset) => isFree(base + offset)));
  return free.every(Boolean) ? base : freeBase();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  const free = await once(server, "listening").then(
    () => true,
    () => false,
  );
  server.close();
  return free;
}
