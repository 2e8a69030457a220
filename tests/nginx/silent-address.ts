import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@switchyard/provision/free-port";
import { spawnBound } from "@switchyard/provision/spawn-bound";

/** An address on 127.0.0.1 that neither accepts nor refuses. */
export interface SilentAddress {
  readonly port: number;
  close(): void;
}

/**
 * What a machine leaves behind that is switched off: nobody answers its address, not even with a refusal. On the loopback
 * that is a listener that is stopped and whose queue of connections is full, so that the kernel drops what comes.
 */
export async function startSilentAddress(): Promise<SilentAddress> {
  const port = await freePort();
  const program = `require("net").createServer().listen({ port: ${port}, host: "127.0.0.1", backlog: 1 }, () => console.log("up"))`;
  const listener = spawnBound(process.execPath, ["-e", program]);
  listener.stderr?.resume();
  if (listener.stdout !== null) await once(listener.stdout, "data");
  listener.kill("SIGSTOP");
  const queued: Socket[] = [];
  for (;;) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    queued.push(socket);
    const accepted = await Promise.race([once(socket, "connect"), delay(200)]);
    if (accepted === undefined) break;
  }
  return {
    port,
    close() {
      queued.forEach((socket) => socket.destroy());
      listener.kill("SIGKILL");
    },
  };
}
