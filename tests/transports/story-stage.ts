import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { eventually } from "@switchyard/testkit/eventually";
import { startStage, type Stage, type StageGateway } from "@switchyard/testkit/stage";

/** Two gateways behind a balancer without stickiness, and the site of an application, which is of another origin. */
export interface StoryStage {
  readonly stage: Stage;
  /** Of the gateways. */
  readonly origin: string;
  /** Of the application: an empty page with the SDK, and tokens. */
  readonly site: string;
  /** @param seconds until it expires */
  tokenUrl(user: string, seconds: number): string;
  publish(channel: string, data: unknown): Promise<void>;
  /** The gateway that has connections; resolves when there is one. */
  owner(): Promise<StageGateway>;
  close(): Promise<void>;
}

const namespaces = [
  {
    name: "story",
    allow_subscribe_for_client: true,
    allow_publish_for_subscriber: true,
    allow_history_for_subscriber: true,
    allow_presence_for_subscriber: true,
    presence: true,
    history_size: 100,
    history_ttl: "60s",
    force_recovery: true,
  },
];

export async function startStoryStage(): Promise<StoryStage> {
  const sdk = await readFile(fileURLToPath(import.meta.resolve("../../node_modules/centrifuge/dist/centrifuge.js")));
  const mint = { token: (_user: string, _seconds: number) => "" };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://site");
    response.setHeader("access-control-allow-origin", "*");
    if (url.pathname === "/centrifuge.js") response.end(sdk);
    else if (url.pathname === "/token") {
      response.end(mint.token(url.searchParams.get("user") ?? "", Number(url.searchParams.get("seconds"))));
    } else response.setHeader("content-type", "text/html").end(`<script src="/centrifuge.js"></script>`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stage = await startStage({
    env: {
      SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
      SWITCHYARD_CLIENT_ALLOWED_ORIGINS: site,
      SWITCHYARD_CLIENT_EXPIRED_CLOSE_DELAY: "1s",
    },
  });
  mint.token = (user, seconds) => stage.token(user, { exp: Math.floor(Date.now() / 1_000) + seconds });
  return {
    stage,
    origin: `http://127.0.0.1:${stage.balancer.port}`,
    site,
    tokenUrl: (user, seconds) => `${site}/token?user=${user}&seconds=${seconds}`,
    async publish(channel, data) {
      const headers = { "content-type": "application/json", "x-api-key": stage.apiKey };
      const body = JSON.stringify({ channel, data });
      const response = await fetch(`${stage.api.url}/api/publish`, { method: "POST", headers, body });
      if (!response.ok) throw new Error(await response.text());
    },
    owner: () =>
      eventually(async () => {
        for (const gateway of stage.gateways) {
          const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
          if (/switchyard_gateway_connections [1-9]/.test(metrics)) return gateway;
        }
        throw new Error("no gateway has a connection");
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      await stage.close();
    },
  };
}
