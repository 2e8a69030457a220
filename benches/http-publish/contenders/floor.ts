import { startWorker } from "../../process/start-worker.ts";
import { workerModule } from "../../process/worker-module.ts";
import { wsLoop } from "../../servers/ws-loop.ts";
import { keptChannel, liveChannel, type PublishContender } from "../publish-contender.ts";
import type { FloorCalls } from "./floor-process.ts";

/** The least a request can cost in Node: its http server and one command to Redis, and the bare `ws` loop behind it. */
export const floor: PublishContender = {
  name: "floor",
  title: "floor: node:http, one command",
  dialect: "plain",
  keepsHistory: true,
  async start(options) {
    const { core, nodeOptions, redisUrl } = options;
    const loop = await wsLoop.start({ ...options, channels: [liveChannel, keptChannel] });
    const module = workerModule("http-publish/contenders/floor-process");
    const worker = await startWorker<FloorCalls>({ module, core, execArgv: nodeOptions });
    const { port } = await worker.call("listen", { redisUrl });
    return {
      port: loop.port,
      publishPorts: [port],
      pids: { publishing: [worker.pid], delivering: loop.pid },
      async close() {
        await worker.close();
        await loop.close();
      },
    };
  },
  request: (channel, data) => ({
    path: `/${channel}`,
    headers: {},
    body: data.length === 1 ? (data[0] ?? "") : `[${data.join(",")}]`,
  }),
};
