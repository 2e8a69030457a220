import { createLogger } from "@switchyard/runtime/logger";
import { expect, onTestFinished, test } from "vitest";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import { createGroupBackends } from "./groups/create-group-backends.ts";
import { SlotWorker } from "./slot-worker.ts";
import { useTasks } from "./testing/task-fixture.ts";

const { queue, redis, queuePrefix } = useTasks();

test("a worker that is told to take nothing more while its wait for tasks ends leaves the task, and the wake-up, to the next", async () => {
  const keys = createTaskKeys("test");
  const connection = redis().duplicate({ maxRetriesPerRequest: null });
  const logger = createLogger({ app: "test", level: "silent" });
  const never = () => Promise.reject(new Error("it takes nothing"));
  const worker = new SlotWorker({
    name: keys.queueName,
    options: { connection, prefix: keys.queuePrefix, autorun: false },
    backends: createGroupBackends({ connection, keys, prelude: recordPrelude(keys, undefined), logger }),
    process: never,
    onLost: never,
    onBroken: never,
  });
  onTestFinished(async () => {
    await worker.close(true);
    connection.disconnect();
  });
  await worker.waitUntilReady();
  await queue().enqueue({ handler: "test", group: "g" });
  // What its wait has taken.
  await redis().del(`${queuePrefix}marker`);
  await worker.pause();
  expect(await worker["moveToActive"]("token")).toBeUndefined();
  expect(await redis().zscore(`${queuePrefix}marker`, "0")).toBe("0");
  expect(await redis().zcard(`${queuePrefix}prioritized`)).toBe(1);
});
