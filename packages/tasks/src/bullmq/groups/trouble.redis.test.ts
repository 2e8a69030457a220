import { expect, test } from "vitest";
import { deadGroupsReadMax, lettersReadMax, pausedReadMax } from "../../group-trouble.ts";
import { useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, queuePrefix } = useTasks();

test("paused groups are told of with their reasons, those with most waiting first, and the rest of many is left out", async () => {
  await queue().enqueueMany(Array.from({ length: 3 }, () => ({ handler: "test", group: "mail" })));
  await queue().groups.pause("empty", { reason: "on purpose", by: "ann" });
  await queue().groups.pause("mail", { reason: "打印机坏了" });
  await queue().groups.configure("only set", { weight: 3 });
  expect(await queue().groups.trouble()).toMatchObject({
    queuePaused: null,
    paused: [
      { group: "mail", reason: "打印机坏了", waiting: 3, pausedAtMs: expect.any(Number), pausedBy: null },
      { group: "empty", reason: "on purpose", waiting: 0, pausedAtMs: expect.any(Number), pausedBy: "ann" },
    ],
    isPausedPartial: false,
  });

  const many = Array.from({ length: pausedReadMax + 600 }, (_, index) => [`p:g${index}`, "paused"]);
  await redis().hset(`${queuePrefix}g:settings`, ...many.flat());
  const { paused, isPausedPartial } = await queue().groups.trouble();
  expect(paused).toHaveLength(pausedReadMax);
  expect(isPausedPartial).toBe(true);

  await redis().hset(`${queuePrefix}meta`, "paused", "1");
  expect((await queue().groups.trouble()).queuePaused).toBe("by a BullMQ client");
});

test("a Redis that can be read and not written to is told of, with why, and nothing is written to know it", async () => {
  await queue().enqueue({ handler: "test", group: "mail" });
  const written = async () => /rdb_changes_since_last_save:\d+/.exec(await redis().info("persistence"))?.[0];
  const before = await written();
  expect((await queue().groups.trouble()).refusal).toBeNull();
  expect(await written()).toBe(before);
  await redis().config("SET", "maxmemory", "1");
  try {
    expect(await queue().groups.trouble()).toMatchObject({ refusal: "full", paused: [] });
    expect((await queue().backlog()).counts.queued).toBe(1);
  } finally {
    await redis().config("SET", "maxmemory", "0");
  }
  await redis().config("SET", "min-replicas-to-write", "1");
  try {
    expect((await queue().groups.trouble()).refusal).toBe("other");
  } finally {
    await redis().config("SET", "min-replicas-to-write", "0");
  }
  await redis().replicaof("127.0.0.1", "1");
  try {
    expect((await queue().groups.trouble()).refusal).toBe("replica");
  } finally {
    await redis().replicaof("NO", "ONE");
  }
  expect((await queue().groups.trouble()).refusal).toBeNull();
});

test("what failed for good is told by group, handler and reason; reasons that differ in numbers are one", async () => {
  await startWorker(({ task }) =>
    Promise.resolve({ kind: "failed", code: "handler_failed", message: String(task.data), final: true }),
  );
  const fail = async (group: string, data: string) =>
    settled((await queue().enqueue({ handler: "mail", group, data })).task.id);
  await fail("a", "smtp timeout after 1 s\n  at line 7");
  const newest = await fail("a", "smtp timeout after 25 s");
  await fail("b", `550 ${"😀".repeat(200)}`);
  const { dead, failures } = await queue().groups.trouble();
  expect(dead).toBe(3);
  expect(failures).toEqual([
    {
      group: "a",
      handler: "mail",
      reason: "smtp timeout after 25 s",
      count: 2,
      newestId: newest.id,
      newestAtMs: expect.any(Number),
    },
    expect.objectContaining({ group: "b", count: 1, reason: expect.stringMatching(/^550 😀+$/u) }),
  ]);
});

test("a group with dead letters is told of with all of them, however many others have failed since, until it has none", async () => {
  await startWorker(({ task }) =>
    Promise.resolve(
      task.data === "fail"
        ? { kind: "failed", code: "handler_failed", message: "no", final: true }
        : { kind: "succeeded", result: null },
    ),
  );
  const fail = async (group: string, count: number) => {
    const requests = Array.from({ length: count }, () => ({ handler: "mail", group, data: "fail" }));
    const replies = await queue().enqueueMany(requests);
    for (const reply of replies) await settled("task" in reply ? reply.task.id : "");
  };
  await fail("quiet", 2);
  await queue().groups.configure("flood", { concurrency: 50 });
  await fail("flood", lettersReadMax + 10);
  const trouble = await queue().groups.trouble();
  expect(trouble.failures.map(({ group }) => group)).toEqual(["flood"]);
  expect(trouble.deadGroups).toMatchObject([
    { group: "flood", count: lettersReadMax + 10, newest: { handler: "mail", reason: "no" } },
    { group: "quiet", count: 2, newest: { handler: "mail", reason: "no" } },
  ]);
  await queue().groups.pause("quiet", { reason: "so that none fails again" });
  await queue().groups.redrive("quiet");
  const left = await queue().groups.trouble();
  expect([left.deadGroups.map(({ group }) => group), left.isDeadPartial]).toEqual([["flood"], false]);
  const many = Array.from({ length: deadGroupsReadMax }, (_, at) => ["1", `g${at}`]);
  await redis().zadd(`${queuePrefix}g:dead`, ...many.flat());
  expect((await queue().groups.trouble()).isDeadPartial).toBe(true);
});

test("groups that have no dead letters any more hide none that has some, whatever became of theirs", async () => {
  const groups = async () => redis().zrange(`${queuePrefix}g:dead`, "0", "-1");
  await startWorker(() => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true }));
  const fail = async (group: string) => {
    const { task } = await queue().enqueue({ handler: "mail", group, attempts: 1 });
    await settled(task.id);
    return task.id;
  };
  const [, , retried] = [await fail("left"), await fail("redriven"), await fail("retried")];
  expect((await groups()).toSorted()).toEqual(["left", "redriven", "retried"]);
  for (const group of ["redriven", "retried"]) await queue().groups.pause(group);
  await queue().groups.redrive("redriven");
  await queue().retry(retried);
  expect(await groups()).toEqual(["left"]);
});

test("however many have failed, a bounded number of them is looked at", async () => {
  const letters = Array.from({ length: lettersReadMax + 50 }, (_, index) => `t_${index}`);
  for (const id of letters) {
    await redis().hset(`${queuePrefix}${id}`, "name", "test", "gid", "g", "failedReason", "no");
    await redis().zadd(`${queuePrefix}failed`, 1_000, id);
  }
  const { dead, failures } = await queue().groups.trouble();
  expect(dead).toBe(lettersReadMax + 50);
  expect(failures).toMatchObject([{ group: "g", count: lettersReadMax }]);
});
