import { startApp } from "@switchyard/testkit/app-process";
import { pinProcess } from "../machine/pin-process.ts";
import type { BenchServer, RunningServer, StartOptions } from "./bench-server.ts";
import { pusherEnvironment } from "./pusher-environment.ts";
import { tokenSecret } from "./token-secret.ts";

/** Our gateway as it is deployed: `node apps/gateway/src/main.ts` with default limits; a client needs no token, but may have one. */
export const switchyard: BenchServer = {
  name: "switchyard",
  title: "Switchyard",
  dialect: "centrifuge",
  start: (options) => startGateway(options),
};

/** The same with subscribers that are sent deltas. */
export const switchyardDeltas: BenchServer = {
  name: "switchyard-deltas",
  title: "Switchyard, deltas",
  dialect: "centrifugeDeltas",
  start: (options) => startGateway(options, { SWITCHYARD_CHANNEL_WITHOUT_NAMESPACE_ALLOWED_DELTA_TYPES: '["fossil"]' }),
};

/** The same with subscribers that speak Protobuf. */
export const switchyardProtobuf: BenchServer = {
  name: "switchyard-protobuf",
  title: "Switchyard, Protobuf",
  dialect: "centrifugeProtobuf",
  start: (options) => startGateway(options),
};

/** Pings would have to be answered by requests, whose cost is another question. */
const withoutPings = { SWITCHYARD_CLIENT_PING_INTERVAL: "10m", SWITCHYARD_CLIENT_PONG_TIMEOUT: "1m" };

/** The same over event streams. */
export const switchyardSse: BenchServer = {
  name: "switchyard-sse",
  title: "Switchyard, SSE",
  dialect: "centrifugeSse",
  start: (options) => startGateway(options, withoutPings),
};

/** The same over HTTP streams. */
export const switchyardHttpStream: BenchServer = {
  name: "switchyard-http-stream",
  title: "Switchyard, HTTP stream",
  dialect: "centrifugeHttpStream",
  start: (options) => startGateway(options, withoutPings),
};

/** The same with clients of the Pusher protocol; what is published are events of an app. */
export const switchyardPusher: BenchServer = {
  name: "switchyard-pusher",
  title: "Switchyard, Pusher door",
  dialect: "pusher",
  start: (options) => startGateway(options, { ...withoutPings, ...pusherEnvironment }),
};

async function startGateway(
  { redisUrl, core, nodeOptions }: StartOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const gateway = await startApp("gateway", {
    SWITCHYARD_REDIS_URL: redisUrl,
    SWITCHYARD_CLIENT_INSECURE: "true",
    SWITCHYARD_TOKEN_SECRET: tokenSecret,
    NODE_OPTIONS: nodeOptions.join(" "),
    ...env,
  });
  await pinProcess(gateway.pid, core);
  return { port: gateway.port, pid: gateway.pid, close: async () => void (await gateway.stop()) };
}
