import { apiKey } from "../../result-latency/open-hub.ts";
import { missingCentrifugo, startCentrifugo } from "../../servers/centrifugo.ts";
import type { PublishContender } from "../publish-contender.ts";
import { centrifugoRequest } from "./switchyard.ts";

/** Whose server API ours is: the very same requests. */
export const centrifugo: PublishContender = {
  name: "centrifugo",
  title: "Centrifugo + Redis",
  dialect: "centrifuge",
  keepsHistory: true,
  missing: missingCentrifugo,
  async start({ redisUrl, core }) {
    const kept = { name: "kept", history_size: 100, history_ttl: "60s" };
    const settings = { http_api: { key: apiKey }, channel: { namespaces: [kept] } };
    const server = await startCentrifugo({ redisUrl, core, settings });
    const { port, pid } = server;
    return { port, publishPorts: [port], pids: { publishing: [pid] }, close: () => server.close() };
  },
  request: centrifugoRequest,
};
