import { expect, test } from "vitest";
import { gatewayKill } from "./scenarios/f01-gateway-kill.ts";
import { slowConsumer } from "./scenarios/f11-slow-consumer.ts";
import { historyOverrun } from "./scenarios/f15-history-overrun.ts";

// The others, and the other carrier: `npm run faults -- --carrier sse`.
const runs = [
  { ...gatewayKill, carrier: "sse" },
  { ...slowConsumer, carrier: "http_stream" },
  { ...historyOverrun, carrier: "http_stream" },
] as const;

test.each(runs)("$id over $carrier: $promise", { timeout: 180_000 }, async ({ run, carrier }) => {
  const { broken } = await run({ seed: 1, isLong: false, carrier });
  expect(broken).toEqual([]);
});
