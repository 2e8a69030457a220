import { eventually } from "@switchyard/testkit/eventually";
import { expect, onTestFinished, test } from "vitest";
import { recordPrelude } from "../../redis/record-prelude.ts";
import { createTaskKeys } from "../../redis/task-keys.ts";
import { useTasks } from "../testing/task-fixture.ts";
import { groupPlace } from "./group-place.ts";
import { keepShares, type KeptShares } from "./keep-shares.ts";

const { redis, queuePrefix } = useTasks();

/** Workers that have the handler `ship` and this share of it, as the list of workers has them for as long as they are on it. */
function fleet() {
  const alive = new Map<string, number>();
  const warnings: object[] = [];
  const logger = { warn: (circumstances: object) => void warnings.push(circumstances), debug: () => undefined };
  const keys = createTaskKeys("test");
  async function start(name: string, concurrency: number): Promise<KeptShares> {
    const kept = keepShares({
      place: groupPlace(redis(), keys, recordPrelude(keys, undefined)),
      handlers: { ship: { kind: "module", module: "./ship.ts", ...(concurrency > 0 && { concurrency }) } },
      listWorkers: () =>
        Promise.resolve(
          [...alive.values()].map((said) => ({
            handlers: [{ name: "ship", kind: "", concurrency: said }],
            secondsPerTask: {},
          })),
        ),
      logger: logger as never,
      lookEveryMs: 20,
    });
    onTestFinished(() => kept.close());
    await kept.write();
    alive.set(name, concurrency);
    kept.start();
    return kept;
  }
  return { alive, warnings, start };
}

const share = async () => Number((await redis().hget(`${queuePrefix}g:shares`, "ship")) ?? 0);

test("a worker that says more does not raise what another holds it to, and the share rises when that one is gone", async () => {
  const { alive, start, warnings } = fleet();
  const old = await start("old", 2);
  await start("new", 6);
  expect(await share()).toBe(2);
  await eventually(() => expect(warnings).toEqual([{ handler: "ship", said: [2, 6], concurrency: 2 }]));
  // As one that is killed: what it has written is there still.
  old.close();
  alive.delete("old");
  await eventually(async () => expect(await share()).toBe(6));
});

test("a worker that says less is heard at once, and forgotten when it is gone, whoever looked after the shares", async () => {
  const { alive, start } = fleet();
  await start("old", 0);
  const next = await start("next", 6);
  await eventually(async () => expect(await share()).toBe(6));
  const rollback = await start("rollback", 2);
  await eventually(async () => expect(await share()).toBe(2));
  rollback.close();
  alive.delete("rollback");
  await eventually(async () => expect(await share()).toBe(6));
  next.close();
  alive.delete("next");
  await eventually(async () => expect(await share()).toBe(0));
});

test("of many workers one looks after the shares, and tells once that they differ", async () => {
  const { start, warnings } = fleet();
  for (let index = 0; index < 5; index += 1) await start(`w${index}`, index === 0 ? 2 : 6);
  const keeper = () => redis().get(`${queuePrefix}share-keeper`);
  await eventually(async () => expect(await keeper()).not.toBeNull());
  const told = await eventually(async () => {
    const count = warnings.length;
    expect(count).toBeGreaterThan(0);
    return count;
  });
  expect(told).toBeLessThanOrEqual(5);
  await redis().del(`${queuePrefix}share-keeper`);
  await redis().hdel(`${queuePrefix}g:shares`, "ship");
  await eventually(async () => expect(await share()).toBe(2));
});
