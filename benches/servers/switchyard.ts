import { startApp } from "@switchyard/testkit/app-process";
import { pinProcess } from "../machine/pin-process.ts";
import type { BenchServer } from "./bench-server.ts";
import { tokenSecret } from "./token-secret.ts";

/** Our gateway as it is deployed: `node apps/gateway/src/main.ts` with default limits; a client needs no token, but may have one. */
export const switchyard: BenchServer = {
  name: "switchyard",
  title: "Switchyard",
  dialect: "centrifuge",
  async start({ redisUrl, core, nodeOptions }) {
    const gateway = await startApp("gateway", {
      SWITCHYARD_REDIS_URL: redisUrl,
      SWITCHYARD_CLIENT_INSECURE: "true",
      SWITCHYARD_TOKEN_SECRET: tokenSecret,
      NODE_OPTIONS: nodeOptions.join(" "),
    });
    await pinProcess(gateway.pid, core);
    return { port: gateway.port, pid: gateway.pid, close: async () => void (await gateway.stop()) };
  },
};
