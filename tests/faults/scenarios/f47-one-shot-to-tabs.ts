import { startApp } from "@switchyard/testkit/app-process";
import { type CentrifugePeer, connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { tickHandlers } from "../schedules/tick-watch.ts";
import { type Scenario, unless } from "../scenario.ts";
import { armWorkers } from "../tasks/arm-workers.ts";
import type { Strike } from "../tasks/finish-line.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const strikes: readonly Strike[] = ["before", "inside", "after", "answer"];
const secret = "a-token-secret-of-one-shots-to-tabs";
const namespaces = [
  { name: "news", allow_subscribe_for_client: true, history_size: 100, history_ttl: "600s", force_recovery: true },
];
const env = { SWITCHYARD_TOKEN_SECRET: secret, SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces) };
const gateways = 3;
const tabsOfEach = 1_000;
const openedAtOnce = 50;
const aheadMs = 400;

export const oneShotToTabs: Scenario = {
  id: "F47",
  promise:
    "a one-shot message reaches each of 3 000 tabs on three gateways once, also when its worker is killed between the publishing and its end",
  // How many tabs there are is its point. What the killed worker leaves in the channel is F43.
  isLongOnly: true,
  run: () =>
    withTaskStage(
      { workers: 2, apis: 0, hasLines: true, handlers: tickHandlers, tasks: { lock_duration: "1s" }, env },
      async (stage) => {
        const apps = await Promise.all(
          Array.from({ length: gateways }, () =>
            startApp("gateway", { ...env, SWITCHYARD_REDIS_URL: `redis://127.0.0.1:${stage.redis.port}` }),
          ),
        );
        const tabs: CentrifugePeer[] = [];
        try {
          for (const { port } of apps) tabs.push(...(await openTabs(port)));
          const found: Record<string, string> = {};
          const broken: string[] = [];
          for (const strike of strikes) {
            const { once, never, more, isStruck } = await strikeOnce(stage, tabs, strike);
            found[strike] = `once ${once}, never ${never}, more often ${more}`;
            broken.push(...unless(once === tabs.length, `${strike}: ${found[strike]}`));
            broken.push(...unless(isStruck, `${strike}: nobody was struck, so nothing was shown`));
          }
          return { figures: { tabs: tabs.length, ...found }, broken };
        } finally {
          for (const tab of tabs) tab.terminate();
          await Promise.all(apps.map((app) => app.stop()));
        }
      },
    ),
};

async function openTabs(port: number): Promise<CentrifugePeer[]> {
  const tabs: CentrifugePeer[] = [];
  const open = async () => {
    const tab = await connectPeer(`ws://127.0.0.1:${port}/connection/websocket`);
    await tab.call({ connect: { token: mintToken(secret, { sub: "reader" }) } });
    await tab.call({ subscribe: { channel: "news:all" } });
    return tab;
  };
  while (tabs.length < tabsOfEach) tabs.push(...(await Promise.all(Array.from({ length: openedAtOnce }, open))));
  return tabs;
}

async function strikeOnce(stage: TaskStage, tabs: readonly CentrifugePeer[], strike: Strike) {
  const { workers, queue } = stage;
  const armed = await armWorkers(stage, "{news:all}", strike);
  const said = (what: string) => (tab: CentrifugePeer) =>
    tab.pushes.filter((push) => JSON.stringify(push).includes(`"${what}"`)).length;
  const publish = (name: string) => ({ atMs: Date.now() + aheadMs, publish: { channel: "news:all", data: name } });
  const settled = async (name: string) => {
    const { last } = (await queue.schedules.get(name)) ?? {};
    if (last?.status !== "succeeded") throw new Error(`${name}: ${JSON.stringify(last)}`);
  };
  await queue.schedules.put(strike, publish(strike));
  await eventually(() => settled(strike), { timeoutMs: 30_000, everyMs: 50 });
  const isStruck = await armed.hasStruck();
  await Promise.all(workers.map((worker) => worker.ready()));
  // What comes behind it proves that nothing of it is still on its way.
  const marker = `after ${strike}`;
  await queue.schedules.put(`after-${strike}`, publish(marker));
  const hasMarker = said(marker);
  await eventually(
    () => tabs.every((tab) => hasMarker(tab) > 0) || Promise.reject(new Error("not everybody has heard the next one")),
    { timeoutMs: 60_000, everyMs: 250 },
  );
  const counts = tabs.map(said(strike));
  return {
    once: counts.filter((count) => count === 1).length,
    never: counts.filter((count) => count === 0).length,
    more: counts.filter((count) => count > 1).length,
    isStruck,
  };
}
