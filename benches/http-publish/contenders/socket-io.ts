import { startWorker } from "../../process/start-worker.ts";
import { workerModule } from "../../process/worker-module.ts";
import type { PublishContender } from "../publish-contender.ts";
import type { SocketIoHttpCalls } from "./socket-io-process.ts";

/** Socket.IO with the Redis adapter, and beside it an endpoint as one writes it: no key, no checks, no history. */
export const socketIo: PublishContender = {
  name: "socket-io",
  title: "Socket.IO + Redis",
  dialect: "socketIo",
  keepsHistory: false,
  async start({ core, nodeOptions, redisUrl }) {
    const module = workerModule("http-publish/contenders/socket-io-process");
    const worker = await startWorker<SocketIoHttpCalls>({ module, core, execArgv: nodeOptions });
    const { port } = await worker.call("listen", { redisUrl });
    return { port, publishPorts: [port], pids: { publishing: [worker.pid] }, close: () => worker.close() };
  },
  request: (channel, data) => ({
    path: "/publish",
    headers: {},
    body: `[${data.map((one) => `{"channel":"${channel}","data":${one}}`).join(",")}]`,
  }),
};
