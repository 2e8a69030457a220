import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { freePort } from "@switchyard/provision/free-port";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { startNginx, withPlainPort } from "../nginx/nginx-front.ts";
import { startBrowser } from "../pages/browser.ts";

/** Three gateways behind nginx, whose plain port a page of a tutorial connects to. */
export interface PlainStage {
  readonly hub: Hub;
  /** Of nginx. */
  readonly plainPort: number;
  /** Connections of a user, by their presence. */
  online(user: string): Promise<number>;
  /** Of each gateway. */
  connections(): Promise<number[]>;
  /** What the script prints; it finds the API key in `SWITCHYARD_API_KEY`. */
  php(script: string): Promise<string>;
  /** Of one gateway more, which nginx does not know. */
  textPort(): Promise<number>;
  /** Opens the page and notes what it alerts. */
  openTab(): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  readonly alerts: readonly string[];
  close(): Promise<void>;
}

const kept = { history_size: 1, history_ttl: "60s", force_recovery: true };
const settings = {
  plain: {
    enabled: true,
    trust_uid: true,
    channels: ["school:{school_id}:class:{school_class_id}", "chat:{room}", "state:{thing}", "closed:{closed}"],
    publish: ["chat:{room}"],
  },
  channel: {
    namespaces: [
      { name: "school", allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true },
      { name: "chat", presence: true, allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
      {
        name: "state",
        allow_subscribe_for_client: true,
        ...kept,
        force_recovery_mode: "cache",
        auto_cache_recover: true,
      },
      { name: "closed" },
    ],
    user_presence: { enabled: true, leave_debounce: "0s" },
  },
  client: {
    allowed_origins: ["http://127.0.0.1:*"],
    stale_close_delay: "2s",
    ping_interval: "2s",
    pong_timeout: "1500ms",
    command_rate_limit: 20,
    command_burst_limit: 20,
  },
};

export async function startPlainStage(): Promise<PlainStage> {
  const plainPort = await freePort();
  const hub = await startHub({ gateways: 3, workers: 0, settings });
  const gatewayPorts = hub.gateways.map(({ port }) => port);
  const front = await startNginx({ gatewayPorts, apiPorts: [hub.api.port] }, withPlainPort(plainPort));
  const site = createServer((_request, response) =>
    response.setHeader("content-type", "text/html").end(tutorialPage(plainPort)),
  );
  await once(site.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const browser = await startBrowser(origin);
  return {
    hub,
    plainPort,
    async online(user) {
      const { body } = await hub.post("/api/presence_stats", { channel: `user:${user}` });
      return (body as { result: { num_clients: number } }).result.num_clients;
    },
    connections: () =>
      Promise.all(
        hub.gateways.map(async ({ url }) => {
          const text = await (await fetch(`${url}/metrics`)).text();
          return Number(/^switchyard_gateway_connections (\d+)$/m.exec(text)?.[1]);
        }),
      ),
    async php(script) {
      const env = { PATH: process.env["PATH"], SWITCHYARD_API_KEY: hub.apiKey };
      return (await promisify(execFile)("php", ["-r", script], { env })).stdout;
    },
    async textPort() {
      const { log } = await hub.start("gateway", { SWITCHYARD_TEXT_ENABLED: "true", SWITCHYARD_TEXT_PORT: "0" });
      const line = log.find((text) => text.includes('"msg":"door open"') && text.includes('"door":"text"'));
      return (JSON.parse(line ?? "{}") as { port: number }).port;
    },
    async openTab() {
      const page = await browser.visit(`${origin}/`);
      const alerts: string[] = [];
      page.on("dialog", (dialog) => {
        alerts.push(dialog.message());
        // A tab that is closed meanwhile has no dialog any more.
        dialog.accept().catch(() => undefined);
      });
      return { alerts, close: () => page.close() };
    },
    async close() {
      await browser.close();
      await closeSite(site);
      await front.close();
      await hub.close();
    },
  };
}

/** Of the kind that tutorials have; nothing of it knows the hub. */
const tutorialPage = (port: number) => `<!doctype html><script>
ws = new WebSocket('ws://127.0.0.1:${port}');
ws.onopen = function () { var uid = 'uid1'; ws.send(uid); };
ws.onmessage = function (e) { alert(e.data); };
</script>`;

/** The sender of a tutorial; `data` is a PHP array. */
export const senderOf = (port: number, data: string) => `
  $client = stream_socket_client('tcp://127.0.0.1:${port}', $errno, $errmsg, 1);
  $data = ${data};
  fwrite($client, json_encode($data)."\\n");
  echo fread($client, 8192);`;

async function closeSite(site: Server): Promise<void> {
  site.close();
  site.closeAllConnections();
  await once(site, "close");
}
