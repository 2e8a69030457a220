import { startWorker } from "../process/start-worker.ts";
import type { BenchServer } from "./bench-server.ts";
import type { SocketIoCalls } from "./socket-io-process.ts";

export const socketIo: BenchServer = {
  name: "socket-io",
  title: "Socket.IO + Redis",
  dialect: "socketIo",
  async start({ core, nodeOptions, redisUrl }) {
    const module = new URL("./socket-io-process.ts", import.meta.url);
    const worker = await startWorker<SocketIoCalls>({ module, core, execArgv: nodeOptions });
    const { port } = await worker.call("listen", { redisUrl });
    return { port, pid: worker.pid, close: () => worker.close() };
  },
};
