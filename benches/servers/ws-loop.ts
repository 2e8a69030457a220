import { startWorker } from "../process/start-worker.ts";
import type { BenchServer } from "./bench-server.ts";
import type { WsLoopCalls } from "./ws-loop-process.ts";

export const wsLoop: BenchServer = {
  name: "ws-loop",
  title: "bare ws loop",
  dialect: "plain",
  async start({ core, nodeOptions, ...options }) {
    const module = new URL("./ws-loop-process.ts", import.meta.url);
    const worker = await startWorker<WsLoopCalls>({ module, core, execArgv: nodeOptions });
    const { port } = await worker.call("listen", options);
    return { port, pid: worker.pid, close: () => worker.close() };
  },
};
