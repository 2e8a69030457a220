import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { createGate, useTasks } from "./testing/task-fixture.ts";

const { queue, redis, startWorker, settled } = useTasks();

test("a cancellation that no worker heard ends its attempt as soon as the worker listens again", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const { task } = await queue().enqueue({ handler: "test", data: "long" });
  const { task: other } = await queue().enqueue({ handler: "test", data: "other" });
  await eventually(() => expect(gate.running().toSorted()).toEqual(["long", "other"]));

  // Nobody who has lost the connection gets another until the cancellation is over.
  await redis().config("SET", "maxclients", 1);
  await redis().call("CLIENT", "KILL", "TYPE", "pubsub");
  await queue().cancel(task.id, "not needed any more");
  expect(await redis().pubsub("NUMSUB", "{test:tasks}:cancelled")).toEqual(["{test:tasks}:cancelled", 0]);
  await redis().config("SET", "maxclients", 1_000);

  await eventually(() => expect(gate.running()).toEqual(["other"]));
  expect(await settled(task.id)).toMatchObject({ status: "cancelled", error: { message: "not needed any more" } });
  await gate.release("other");
  expect(await settled(other.id)).toMatchObject({ status: "succeeded" });
});
