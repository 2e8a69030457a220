import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { unreadiness } from "../gateway-metrics.ts";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const isSubscriber = (opening: string) => opening.includes("switchyard-subscriber");

export const deafSubscriber: Scenario = {
  id: "F08",
  promise:
    "a subscriber connection that is healthy but deaf is found within 10 s, replaced, and what it missed is repaired",
  async run({ seed }) {
    const route = { subscribers: 0, commands: 0 };
    const routeRedis = (opening: string) => [isSubscriber(opening) ? route.subscribers : route.commands];
    // The stage's own Redis is not known before the stage is; it routes to itself until then.
    const replica = await startTestRedis();
    const replicaAdmin = new Redis(replica.url);
    try {
      return await withTrial(
        { seed, stage: { routeRedis: (opening, own) => routeRedis(opening).map((port) => port || own) } },
        async (trial) => {
          const { stage } = trial;
          await stage.admin.config("SET", "repl-diskless-sync-delay", "0");
          await replicaAdmin.replicaof("127.0.0.1", stage.redis.port);
          // A replica asks its master once a second, and tries again by a clock of its own.
          await eventually(() => isInStep(replicaAdmin), { timeoutMs: 15_000 });
          // Pub/sub reaches a replica's subscribers as long as it follows.
          route.subscribers = replica.port;
          for (const { redisLink } of stage.gateways) redisLink.reset(isSubscriber);
          await eventually(() => onReplica(replicaAdmin, stage.gateways.length), { timeoutMs: 15_000 });
          await trial.sendMore(100);
          await trial.caughtUp();
          trial.mark("deaf");
          const beganMs = performance.now();
          await replicaAdmin.replicaof("NO", "ONE");
          route.subscribers = stage.redis.port;
          const notReady = async () => {
            const reasons = await Promise.all(stage.gateways.map(unreadiness));
            if (reasons.includes(undefined)) throw new Error("still ready");
          };
          const noticed = await eventually(notReady, { timeoutMs: 15_000, everyMs: 100 }).then(
            () => true,
            () => false,
          );
          const noticedMs = Math.round(performance.now() - beganMs);
          await trial.caughtUp(10_000);
          const repairedMs = Math.round(performance.now() - beganMs);
          const verdict = await trial.verdict();
          return {
            figures: { "not ready after ms": noticedMs, "repaired after ms": repairedMs, ...commonFigures(verdict) },
            broken: [
              ...unless(noticed && noticedMs <= 10_000, "no gateway noticed within 10 s"),
              ...brokenPromises(verdict, stage.accidents()),
            ],
          };
        },
      );
    } finally {
      replicaAdmin.disconnect();
      await replica.close();
    }
  },
};

async function isInStep(replica: Redis): Promise<void> {
  const info = await replica.info("replication");
  if (!info.includes("master_link_status:up")) throw new Error("the replica is not in step yet");
}

async function onReplica(replica: Redis, gateways: number): Promise<void> {
  const clients = String(await replica.call("CLIENT", "LIST", "TYPE", "pubsub"));
  if (clients.trim().split("\n").length < gateways) throw new Error("the subscribers are not on the replica yet");
}
