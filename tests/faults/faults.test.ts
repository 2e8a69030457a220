import { expect, test } from "vitest";
import { gatewayKill } from "./scenarios/f01-gateway-kill.ts";
import { redisOutage } from "./scenarios/f03-redis-outage.ts";
import { redisEmptied } from "./scenarios/f04-redis-emptied.ts";
import { subscribeRace } from "./scenarios/f14-subscribe-race.ts";
import { historyOverrun } from "./scenarios/f15-history-overrun.ts";

const scenarios = [subscribeRace, gatewayKill, historyOverrun, redisOutage, redisEmptied];

test.each(scenarios)("$id: $promise", async ({ run }) => {
  const { figures, broken } = await run({ seed: 1, isLong: false });
  console.log(figures);
  expect(broken).toEqual([]);
});
