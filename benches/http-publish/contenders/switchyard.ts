import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "@switchyard/testkit/app-process";
import { pinProcess } from "../../machine/pin-process.ts";
import { apiKey } from "../../result-latency/open-hub.ts";
import type { PublishContender, StartPublishOptions } from "../publish-contender.ts";

/** Of Centrifugo's server API, which is ours too. */
export const centrifugoRequest: PublishContender["request"] = (channel, data, { parallel }) => {
  const commands = data.map((one) => `{"channel":"${channel}","data":${one}}`);
  const headers = { "x-api-key": apiKey };
  const [first = "", ...others] = commands;
  if (others.length === 0) return { path: "/api/publish", headers, body: first };
  const listed = commands.map((command) => `{"publish":${command}}`).join(",");
  return { path: "/api/batch", headers, body: `{"parallel":${parallel},"commands":[${listed}]}` };
};

/** An api and a gateway as they are deployed, together on the server's core. */
export const switchyard: PublishContender = createSwitchyard("switchyard", 1);
/** The same with more api processes: what the work costs, not how fast it goes, for they share the one core. */
export const switchyardTwice: PublishContender = createSwitchyard("switchyard-2", 2);
export const switchyardFourTimes: PublishContender = createSwitchyard("switchyard-4", 4);

function createSwitchyard(name: string, apis: number): PublishContender {
  return {
    name,
    title: apis === 1 ? "Switchyard" : `Switchyard, ${apis} apis`,
    dialect: "centrifuge",
    keepsHistory: true,
    start: (options) => start(options, apis),
    request: centrifugoRequest,
  };
}

async function start({ redisUrl, core, nodeOptions }: StartPublishOptions, apis: number) {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-bench-"));
  const config = join(directory, "settings.json");
  const kept = { name: "kept", history_size: 100, history_ttl: "60s" };
  await writeFile(config, JSON.stringify({ channel: { namespaces: [kept] } }));
  const env = {
    SWITCHYARD_CONFIG: config,
    SWITCHYARD_REDIS_URL: redisUrl,
    SWITCHYARD_API_KEY: apiKey,
    SWITCHYARD_CLIENT_INSECURE: "true",
    NODE_OPTIONS: nodeOptions.join(" "),
  };
  const names = ["gateway" as const, ...Array.from({ length: apis }, () => "api" as const)];
  const [gateway, api, ...more] = await Promise.all(names.map((name) => startApp(name, env)));
  if (gateway === undefined || api === undefined) throw new Error("there is no hub without them");
  const processes = [api, ...more, gateway] as const;
  for (const { pid } of processes) await pinProcess(pid, core);
  return {
    port: gateway.port,
    publishPorts: [api, ...more].map(({ port }) => port),
    pids: { publishing: [api, ...more].map(({ pid }) => pid), delivering: gateway.pid },
    async close() {
      await Promise.all(processes.map((one) => one.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
