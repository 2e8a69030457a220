import { parseExactJson } from "@switchyard/protocol/exact-json";
import { eventually } from "@switchyard/testkit/eventually";
import type { TaskRecord } from "../task.ts";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { openDashboardQueue } from "./dashboard-queue.ts";
import { useTasks } from "./testing/task-fixture.ts";
import type { RunAttempt } from "../task-worker.ts";

const { queue, redis, url, startWorker, settled, queuePrefix, groupKeys } = useTasks({ lockDuration: "1s" });

const boards: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(boards.splice(0).map((board) => board.close()));
});
const succeed: RunAttempt = ({ task }) => Promise.resolve({ kind: "succeeded", result: task.data });

/** A task that is written past our door has no record before it is looked at. */
async function ended(id: string): Promise<TaskRecord> {
  await eventually(async () => expect(await queue().find(id)).toBeDefined());
  return settled(id);
}

type Written = Readonly<Record<string, string | number | Buffer>>;
/** As programs write tasks that have no client for it, see docs/recipes/redis.md. */
async function write(id: string | Buffer, fields: Written): Promise<void> {
  const key = Buffer.concat([Buffer.from(queuePrefix), Buffer.from(id)]);
  const complete = {
    name: "test",
    data: "{}",
    opts: "{}",
    timestamp: 1_764_000_000_000,
    delay: 0,
    priority: 0,
    ...fields,
  };
  const transaction = redis().multi();
  if (Object.keys(complete).length > 0) transaction.hset(key, complete);
  await transaction.lpush(`${queuePrefix}wait`, id).zadd(`${queuePrefix}marker`, 0, "0").exec();
}

/** Nothing of the queue's own still holds a task. */
async function expectNothingLeft(): Promise<void> {
  const [waiting, raw, running, delayed] = await Promise.all([
    redis().zcard(`${queuePrefix}prioritized`),
    redis().llen(`${queuePrefix}wait`),
    redis().llen(`${queuePrefix}active`),
    redis().zcard(`${queuePrefix}delayed`),
  ]);
  expect([waiting, raw, running, delayed]).toEqual([0, 0, 0, 0]);
}

const unreadable = { code: "task_unreadable", message: expect.stringContaining("it cannot be run: ") };
const inGroup = (rest: string) => `{"group":"g",${rest}}`;

test.each<[string, Written]>([
  ["NaN in its data", { data: inGroup('"price":NaN') }],
  ["Infinity in its data", { data: inGroup('"price":-Infinity') }],
  ["a single quote for a double one", { data: "{'group':'g'}" }],
  ["data that breaks off", { data: inGroup('"a":[1,') }],
  ["bytes that are no UTF-8 in its data", { data: Buffer.from('{"group":"g","file":"\xe9t\xe9"}', "latin1") }],
  ["bytes that are no text at all", { data: Buffer.from([0, 255, 254, 1]) }],
  ["half an emoji in its data", { data: inGroup('"file":"a\\udc80"') }],
  ["half an emoji in a key of its data", { data: inGroup('"data":{"\\ud83d":1}') }],
  ["data nested too deep", { data: inGroup(`"a":${"[".repeat(2_000)}${"]".repeat(2_000)}`) }],
  ["options that are no JSON", { data: inGroup('"a":1'), opts: "{attempts:3}" }],
  ["options that are a list", { data: inGroup('"a":1'), opts: "[1]" }],
  ["options that are null", { data: inGroup('"a":1'), opts: "null" }],
  ["a count of starts that is no number", { data: inGroup('"a":1'), ats: "many" }],
  ["a count of failures beyond all measure", { data: inGroup('"a":1'), atm: "9007199254740993" }],
  ["a parent that is none", { data: inGroup('"a":1'), parentKey: `${queuePrefix}wait-not`, parent: "no JSON" }],
])("a task with %s is a dead letter of its group with its reason, and the next one runs", async (_what, fields) => {
  await startWorker(succeed);
  await write("bad", fields);
  await write("good", { data: inGroup('"data":"fine"') });
  expect(await ended("good")).toMatchObject({ status: "succeeded" });
  const record = await ended("bad");
  expect(record).toMatchObject({ id: "bad", status: "failed", error: unreadable });
  expect(await queue().groups.why("bad")).toMatchObject({ state: "settled", status: "failed" });
  expect(await queue().cancel("bad")).toMatchObject({ verdict: "settled" });
  const letters = (await queue().groups.deadLetters(record.group, {})).items;
  expect(letters).toMatchObject([{ id: "bad", reason: expect.stringContaining("") }]);
  await eventually(expectNothingLeft);
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  boards.push(board);
  expect((await board.queue.getJobs(["failed"])).map((job) => job.id)).toEqual(["bad"]);
});

test.each<[string, Written]>([
  [
    "options of the wrong type",
    { opts: '{"attempts":"3","backoff":"soon","priority":"high","delay":-5,"removeOnFail":{"age":"x"},"lifo":7}' },
  ],
  [
    "bounds without end",
    { opts: '{"attempts":1e300,"backoff":{"type":"fixed","delay":1e300},"timeoutMs":1e300,"resultTtlMs":1e300}' },
  ],
  ["a priority that is no number", { priority: "nan" }],
  ["a priority beyond all measure", { priority: "-1e300" }],
  ["a time that is none", { timestamp: "yesterday", delay: "soon" }],
  ["another id in its fields", { id: "other", attemptsMade: "x", progress: "{", returnvalue: "{", stacktrace: "{" }],
  ["a schedule that is none", { rjk: "nightly", opts: '{"repeat":{"pattern":"not a pattern"}}' }],
  ["a place in the order that is none", { gsq: "12", gid: "-" }],
  ["data that is a number", { data: "7" }],
  ["data that is null", { data: "null" }],
])("a task with %s runs all the same", async (_what, fields) => {
  await startWorker(succeed);
  await write("odd", fields);
  const record = await ended("odd");
  expect(record).toMatchObject({ id: "odd", status: "succeeded" });
  expect(JSON.stringify(record)).not.toContain('null,"seq"');
  await eventually(expectNothingLeft);
});

test("an id without a job, or over something that is none, is told as the end of that task", async () => {
  await redis().set(`${queuePrefix}a-string`, "x");
  await redis().lpush(`${queuePrefix}wait`, "nothing", "a-string", "meta", "0:123", "t_1:lock");
  await write("empty", {});
  await redis().del(`${queuePrefix}empty`);
  await write("good", {});
  // Not before: it would take the one that is about to lose its job.
  await startWorker(succeed);
  await ended("good");
  for (const id of ["nothing", "a-string", "empty"])
    expect(await ended(id)).toMatchObject({ status: "failed", error: unreadable });
  expect(await redis().get(`${queuePrefix}a-string`)).toBe("x");
  expect(await redis().hexists(`${queuePrefix}meta`, "failedReason")).toBe(0);
});

test("a job whose id cannot be one is kept, and told, under the hash of it", async () => {
  await startWorker(succeed);
  await write(Buffer.from([0xff, 0x61]), { data: inGroup('"a":1') });
  await write("with:colon", { data: inGroup('"a":1') });
  await write("last", {});
  await ended("last");
  const letters = (await queue().groups.deadLetters("g", {})).items;
  expect(letters).toHaveLength(2);
  for (const { id } of letters) {
    expect(id).toMatch(/^sha1-[0-9a-f]{40}$/);
    expect(await queue().find(id)).toMatchObject({ status: "failed", group: "g", error: unreadable });
  }
});

test("a task of ours whose job is deleted under our feet is told as failed, not as waiting for ever", async () => {
  const { task } = await queue().enqueue({ handler: "test", group: "g" });
  await redis().del(`${queuePrefix}${task.id}`);
  await startWorker(succeed);
  const { task: next } = await queue().enqueue({ handler: "test", group: "g" });
  await settled(next.id);
  expect(await settled(task.id)).toMatchObject({ status: "failed", error: unreadable });
});

test.each([
  ['{"group":"g","data":"\\ud83d"}', "g"],
  ['{"data":{"group":"inner"},"group":"g"}', "g"],
  ['{"note":"\\"group\\":\\"no\\"","group":"g"}', "g"],
  ['{"group":"no","group":"g"}', "g"],
  ['{"data":"}","group":"\\u0067"}', "g"],
  [`{"deep":${"[".repeat(1_500)}${"]".repeat(1_500)},"group":"g"}`, "g"],
  ['{"x":NaN,"group":"g"}', "g"],
  ['{"group":9007199254740993}', "9007199254740993"],
  ['{"group":"\\ud83d"}', "sha1-9bdb77276c1852e1fb067820472812fcf6084024"],
])("the group of %j is found, whatever stands beside it", async (data, group) => {
  await write("one", { data });
  expect(await queue().groups.why("one")).toMatchObject({ group });
});

test("two tasks whose group is named with half an emoji never run at once", async () => {
  let [running, most] = [0, 0];
  await startWorker(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
    return { kind: "succeeded", result: null };
  });
  const ids = Array.from({ length: 5 }, (_, index) => `half-${index}`);
  for (const id of ids) await write(id, { data: '{"data":1}', opts: '{"group":{"id":"a\\udc80"}}' });
  await Promise.all(ids.map(ended));
  expect(most).toBe(1);
});

test("what a handler says when it fails is never taken for a command of the queue", async () => {
  await startWorker(() => Promise.reject(new Error("bullmq:rateLimitExceeded")));
  const { task } = await queue().enqueue({ handler: "test", group: "g", attempts: 2 });
  expect(await settled(task.id)).toMatchObject({ status: "failed", attempt: 2 });
});

test(
  "random bytes as data, options and fields end as records, hold up no group and leave nothing",
  { timeout: 120_000 },
  async () => {
    await startWorker(succeed);
    const json = fc.json().map((text) => Buffer.from(text));
    const broken = fc.tuple(json, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[at % copy.length] = byte;
      return copy;
    });
    const bytes = fc.uint8Array({ maxLength: 60 }).map((list) => Buffer.from(list));
    const envelope = fc
      .oneof(json, broken, bytes)
      .map((value) => Buffer.concat([Buffer.from('{"group":"g","data":'), value, Buffer.from("}")]));
    const text = fc.oneof({ weight: 3, arbitrary: envelope }, json, broken, bytes);
    const names = [
      "data",
      "opts",
      "name",
      "ats",
      "atm",
      "stc",
      "priority",
      "delay",
      "timestamp",
      "gid",
      "gsq",
      "parentKey",
      "parent",
      "deid",
      "defa",
      "rjk",
      "id",
      "progress",
    ];
    const job = fc.tuple(
      text,
      fc.oneof(json, broken, bytes),
      fc.dictionary(
        fc.constantFrom(...names.slice(2)),
        fc.oneof(
          bytes,
          fc.nat().map((n) => Buffer.from(String(n))),
        ),
        { maxKeys: 2, noNullPrototype: true },
      ),
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 20, maxLength: 20 }), async (jobs) => {
        const ids: string[] = [];
        for (const [data, opts, fields] of jobs) {
          ids.push(`random-${++count}`);
          await write(`random-${count}`, { data, opts, ...fields });
        }
        await write(`good-${count}`, { data: '{"group":"g"}' });
        const records: TaskRecord[] = await Promise.all([...ids, `good-${count}`].map(ended));
        expect(records.at(-1)).toMatchObject({ status: "succeeded" });
        for (const record of records) expect(JSON.stringify(record).isWellFormed()).toBe(true);
      }),
      { numRuns: 15, endOnFailure: true },
    );
    await eventually(expectNothingLeft);
    expect((await groupKeys()).filter((key) => !key.includes(":g:d:"))).toEqual([]);
  },
);

test("a task that nobody has looked at yet can be cancelled, and is told as cancelled from then on", async () => {
  await write("bad", { data: inGroup('"price":NaN'), ats: "many", timestamp: "0x7" });
  expect(await queue().cancel("bad")).toMatchObject({
    verdict: "cancelled",
    record: { status: "cancelled", group: "g" },
  });
  expect(await settled("bad")).toMatchObject({ id: "bad", status: "cancelled" });
  expect(await queue().groups.why("bad")).toEqual({ state: "settled", group: "g", status: "cancelled" });
  await startWorker(succeed);
  await write("good", { data: inGroup('"data":1') });
  expect(await ended("good")).toMatchObject({ status: "succeeded" });
});

test("numbers keep their spelling in data, record and job, for programs that read Redis themselves", async () => {
  const data = '{"id":9007199254740993,"price":1.0,"list":[1e2,-0,0.10],"huge":1e400}';
  const seen: string[] = [];
  await startWorker(async ({ dataJson }) => {
    seen.push(dataJson);
    return { kind: "succeeded", result: parseExactJson(dataJson) };
  });
  const { task } = await queue().enqueue({ handler: "test", data: parseExactJson(data) });
  await write("foreign", { data: `{"handler":"test","data":${data}}` });
  await Promise.all([settled(task.id), ended("foreign")]);
  expect(seen).toEqual([data, data]);
  for (const id of [task.id, "foreign"]) {
    expect(await redis().get(`{test:tasks}:record:${id}`)).toContain(`"result":${data}`);
    expect(await redis().hget(`${queuePrefix}${id}`, "returnvalue")).toBe(data);
  }
});
