import { freePort } from "@switchyard/provision/free-port";
import type { AppName, AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { replaceIn, startNginx, type NginxFiles } from "./nginx/nginx-front.ts";
import { keepConnected, type ReconnectingClient } from "./nginx/reconnecting-client.ts";

// Processes behind the files of infra/nginx, restarted one after the other at the addresses they had, as an orchestrator
// does it: the next one is stopped when the last one says that it is ready.
let hub: Hub;
const fleet: { readonly app: AppName; readonly port: number; running: AppProcess }[] = [];

beforeAll(async () => {
  hub = await startHub({ gateways: 0, workers: 0 });
  const apps = ["gateway", "gateway", "gateway", "api", "api"] as const;
  await Promise.all(
    apps.map(async (app) => {
      const port = await freePort();
      fleet.push({ app, port, running: await startAt(app, port) });
    }),
  );
});
afterAll(() => hub.close());

const membersOf = (app: AppName) => fleet.filter((member) => member.app === app);
const startAt = (app: AppName, port: number) =>
  hub.start(app, { [`SWITCHYARD_${app.toUpperCase()}_PORT`]: String(port) });

async function restartOneByOne(app: AppName): Promise<void> {
  for (const member of membersOf(app)) {
    expect(await member.running.stop()).toBe(0);
    member.running = await startAt(app, member.port);
  }
}

function frontOfFleet(mutate?: (files: NginxFiles) => void) {
  const portsOf = (app: AppName) => membersOf(app).map(({ port }) => port);
  return startNginx({ gatewayPorts: portsOf("gateway"), apiPorts: portsOf("api") }, mutate);
}

/** 200 clients through nginx, open while every gateway was restarted; some may not be back yet. */
async function clientsOfRollingRestart(mutate?: (files: NginxFiles) => void): Promise<ReconnectingClient[]> {
  const front = await frontOfFleet(mutate);
  const clients = Array.from({ length: 200 }, (_, index) =>
    keepConnected(`ws://127.0.0.1:${front.port}/connection/websocket`, { token: hub.token(`user-${index}`) }),
  );
  onTestFinished(async () => {
    clients.forEach((client) => client.stop());
    await front.close();
  });
  await untilAllAreOpen(clients);
  await restartOneByOne("gateway");
  return clients;
}

function untilAllAreOpen(clients: readonly ReconnectingClient[]): Promise<void> {
  const expectAllOpen = () => expect(clients.filter((client) => !client.isOpen)).toHaveLength(0);
  return eventually(expectAllOpen, { timeoutMs: 15_000 });
}

test("gateways restarted one after the other refuse nobody: each client is back at its first attempt", async () => {
  const clients = await clientsOfRollingRestart();
  await untilAllAreOpen(clients);
  expect(clients.flatMap((client) => client.refusals)).toEqual([]);
  // Each of them was on a gateway that was stopped, at least once.
  expect(clients.filter((client) => client.absencesMs.length === 0)).toHaveLength(0);
  expect(Math.max(...clients.flatMap((client) => client.absencesMs))).toBeLessThan(1_000);
});

test("an nginx that counts failures of gateways refuses clients, which is noticed", async () => {
  const counting = (files: NginxFiles) =>
    replaceIn(files, "upstreams.conf", /max_fails=0/g, () => "max_fails=1 fail_timeout=2s");
  const clients = await clientsOfRollingRestart(counting);
  await eventually(() =>
    expect(clients.flatMap((client) => client.refusals)).toContain("Unexpected server response: 502"),
  );
});

test("apis restarted one after the other fail no request that comes meanwhile", async () => {
  const front = await frontOfFleet();
  onTestFinished(() => front.close());
  const callers = { running: true, answers: 0, failures: [] as string[] };
  const publishInTurn = async () => {
    while (callers.running) {
      const failure = await publishThrough(front.port).catch(String);
      if (failure === undefined) callers.answers += 1;
      else callers.failures.push(failure);
    }
  };
  const finished = Promise.all(Array.from({ length: 8 }, publishInTurn));
  await restartOneByOne("api");
  callers.running = false;
  await finished;
  expect(callers.failures).toEqual([]);
  expect(callers.answers).toBeGreaterThan(100);
});

/** Resolves to what went wrong, if something did. */
async function publishThrough(port: number): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/publish`, {
    method: "POST",
    headers: { "x-api-key": hub.apiKey, "content-type": "application/json" },
    body: JSON.stringify({ channel: "news", data: {} }),
  });
  const text = await answer.text();
  return answer.status === 200 ? undefined : `${answer.status} ${text}`;
}
