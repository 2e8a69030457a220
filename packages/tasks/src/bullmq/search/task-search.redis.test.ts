import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import type { TaskHead, TaskSearchRequest } from "../../search/task-search.ts";
import { failureKindOf } from "../../group-trouble.ts";
import { openDashboardQueue } from "../dashboard-queue.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, url, startWorker, settled, queuePrefix } = useTasks();

const enqueue = async (request = {}) =>
  (await queue().enqueue({ handler: "test", data: "one", group: "g", user: "ann", ...request })).task.id;
const find = async (request: TaskSearchRequest = {}) => (await queue().search.find(request)).tasks;
const ids = (heads: readonly TaskHead[]) => heads.map(({ id }) => id);

/** Every page of a search, until there is no cursor. */
async function findAll(request: TaskSearchRequest): Promise<TaskHead[]> {
  const found: TaskHead[] = [];
  for (let cursor = ""; ;) {
    const page = await queue().search.find({ ...request, ...(cursor !== "" && { cursor }) });
    found.push(...page.tasks);
    if (page.cursor === "") return found;
    expect(page.cursor).not.toBe(cursor);
    cursor = page.cursor;
  }
}

test("a task is found by its id, its status, its handler, its group, its user and its time, in whatever state it is", async () => {
  const [fails, ends, stops] = [
    await enqueue({ data: "fail", handler: "mail" }),
    await enqueue({ data: "well", group: "other", user: "" }),
    await enqueue({ data: "again", group: undefined, attempts: 2, backoff: { kind: "fixed", delayMs: 60_000 } }),
  ];
  await startWorker(({ task }) =>
    Promise.resolve(
      task.data === "well"
        ? { kind: "succeeded", result: "well" }
        : { kind: "failed", code: "handler_failed", message: "no disk", final: task.data === "fail" },
    ),
  );
  await settled(fails);
  await settled(ends);
  await eventually(async () => expect((await queue().find(stops))?.status).toBe("retrying"));
  const later = await enqueue({ delayMs: 3_600_000 });
  const gone = await enqueue({ delayMs: 60_000 });
  await queue().cancel(gone, "not needed");

  const all = await findAll({});
  expect(ids(all)).toEqual([stops, later, fails, gone, ends]);
  const dueAtMs = expect.any(Number);
  for (const head of all) {
    const { result: _, seq: _seq, message: _message, ...record } = (await queue().find(head.id)) ?? {};
    expect(head).toEqual({ ...record, dueAtMs: ["queued", "retrying"].includes(head.status) ? dueAtMs : null });
    expect(await find({ id: head.id })).toEqual([head]);
    expect(ids(await findAll({ status: head.status }))).toEqual([head.id]);
  }
  expect(Math.abs((all[1]?.dueAtMs ?? 0) - (all[1]?.enqueuedAtMs ?? 0) - 3_600_000)).toBeLessThan(1_000);
  expect(ids(await findAll({ handler: "mail" }))).toEqual([fails]);
  expect(ids(await findAll({ group: "g" }))).toEqual([fails, later, gone]);
  expect(ids(await findAll({ group: "" }))).toEqual([stops]);
  expect(ids(await findAll({ user: "" }))).toEqual([ends]);
  expect(ids(await findAll({ group: "g", status: "failed", handler: "test" }))).toEqual([]);
  const failedAtMs = all[2]?.finishedAtMs ?? 0;
  expect(ids(await findAll({ sinceMs: failedAtMs, untilMs: failedAtMs, status: "failed" }))).toEqual([fails]);
  expect(ids(await findAll({ sinceMs: failedAtMs, untilMs: failedAtMs, status: "failed", group: "g" }))).toEqual([
    fails,
  ]);
  expect(ids(await findAll({ sinceMs: failedAtMs + 1, status: "failed" }))).toEqual([]);
  expect(ids(await findAll({ untilMs: failedAtMs - 1, status: "failed" }))).toEqual([]);
  expect(ids(await findAll({ sinceMs: (all[1]?.enqueuedAtMs ?? 0) - 1 }))).toContain(later);
});

const failing = { attempts: 9, backoff: { kind: "fixed", delayMs: 60_000 } } as const;
const retrying = async () => ids(await findAll({ status: "retrying" }));

test("those between two attempts are looked up, until they run again, are cancelled or are forgotten by other hands", async () => {
  await queue().groups.configure("g", { concurrency: 9, onFailure: "skip" });
  const stock = [await enqueue(failing), await enqueue({ ...failing, group: "" }), await enqueue(failing)];
  const [first = "", second = "", third = ""] = stock;
  const gate = createGate();
  let isMended = false;
  await startWorker((attempt) =>
    isMended
      ? gate.run(attempt)
      : Promise.resolve({ kind: "failed", code: "handler_failed", message: "no disk", final: false }),
  );
  await enqueue({ delayMs: 60_000 });
  await eventually(async () => expect((await retrying()).toSorted()).toEqual(stock.toSorted()));
  expect(await queue().search.find({ status: "retrying" })).toMatchObject({ examined: 3, total: 3 });
  expect(ids(await findAll({ status: "retrying", group: "" }))).toEqual([second]);

  // As it is after an upgrade from a version that has not noted them.
  await redis().del("{test:tasks}:retrying:ids");
  await queue().groups.rebuild();
  expect((await retrying()).toSorted()).toEqual(stock.toSorted());

  await queue().cancel(first, "not needed");
  await redis().del(`{test:tasks}:record:${third}`, `${queuePrefix}${third}`);
  expect(await retrying()).toEqual([second]);
  isMended = true;
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  await (await board.queue.getJob(second))?.promote();
  await board.close();
  await eventually(() => expect(gate.running()).toEqual(["one"]));
  expect(await retrying()).toEqual([]);
  expect(await redis().zrange("{test:tasks}:retrying:ids", "0", "-1")).toEqual([third]);
  await gate.release("one");
  expect(await settled(second)).toMatchObject({ status: "succeeded", attempt: 2 });
});

test("over its pages a search finds each task once, the newest first, and says how many it has looked at", async () => {
  const requests = Array.from({ length: 620 }, (_, index) => ({
    handler: index === 300 ? "rare" : "test",
    group: `g${index % 7}`,
  }));
  const enqueued = await queue().enqueueMany(requests);
  const newestFirst = enqueued.map((one) => ("task" in one ? one.task.id : "")).toReversed();
  expect(ids(await findAll({ limit: 7 }))).toEqual(newestFirst);
  expect(ids(await findAll({ limit: 7, group: "g3" }))).toEqual(
    newestFirst.filter((_, index) => (619 - index) % 7 === 3),
  );
  const rare = await queue().search.find({ handler: "rare" });
  expect(rare).toMatchObject({ cursor: "", examined: 620, total: 620, isComplete: true });
  expect(ids(rare.tasks)).toEqual([newestFirst[319]]);
  expect(await queue().search.find({ limit: 1 })).toMatchObject({ examined: 1, isComplete: true });
});

test("a search stops at its bound and goes on where it was, and tasks of one moment are all found", async () => {
  const many = Array.from({ length: 10_400 }, (_, index) => `x${String(index).padStart(5, "0")}`);
  await redis().zadd(
    `{test:tasks}:cancelled:ids`,
    ...many.flatMap((id, index) => [1_700_000_000_000 + Math.floor(index / 300), id]),
  );
  const pipeline = redis().pipeline();
  for (const id of ["x00003", "x07777"]) {
    const head = { id, handler: "test", group: "g", user: "ann", attempts: 1, enqueuedAtMs: 1_700_000_000_000 };
    const text = { ...head, status: "cancelled", percent: null, message: null, error: null, attempt: 0, seq: 2 };
    pipeline.set(
      `{test:tasks}:record:${id}`,
      `${JSON.stringify({ ...text, startedAtMs: null, finishedAtMs: 1_700_000_000_000, result: null })}\n\n0 1 `,
    );
  }
  await pipeline.exec();
  const first = await queue().search.find({ user: "ann" });
  expect(first).toMatchObject({ total: 10_400, isComplete: false });
  // A page that is asked for again and again costs less than those behind it.
  expect(first.examined).toBeLessThanOrEqual(1_000);
  const second = await queue().search.find({ user: "ann", cursor: first.cursor });
  expect(second.examined).toBeLessThanOrEqual(10_000);
  expect(ids(await findAll({ user: "ann" }))).toEqual(["x07777", "x00003"]);
});

test("what runs is told, and so is what another client has put into the queue, and what is no task is passed over", async () => {
  const gate = createGate();
  const id = await enqueue();
  await startWorker(gate.run, { concurrency: 1 });
  await eventually(() => expect(gate.running()).toEqual(["one"]));
  await redis().hset(
    `${queuePrefix}of-php`,
    "name",
    "resize",
    "data",
    `{"group":"php"}`,
    "opts",
    "{}",
    "timestamp",
    "1700000000000",
  );
  await redis().lpush(`${queuePrefix}wait`, "of-php", "nothing-there");
  await redis().set(`${queuePrefix}a-string`, "x");
  await redis().lpush(`${queuePrefix}wait`, "a-string");
  expect(ids(await find({ status: "running" }))).toEqual([id]);
  expect((await find())[1]).toMatchObject({
    id: "of-php",
    handler: "resize",
    group: "php",
    status: "queued",
    attempt: 0,
  });
  expect(ids(await find({ group: "php" }))).toEqual(["of-php"]);
  await gate.release("one");
  await settled(id);
});

test("a failed task whose record has gone is still told, by what its job says", async () => {
  const id = await enqueue({ attempts: 1 });
  await startWorker(() => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no disk", final: true }));
  const { finishedAtMs } = await settled(id);
  await redis().del(`{test:tasks}:record:${id}`);
  const gone = {
    id,
    status: "failed",
    user: "ann",
    attempts: 1,
    attempt: 1,
    finishedAtMs,
    error: { code: null, message: "no disk" },
  };
  expect(await find({ status: "failed", user: "ann" })).toMatchObject([gone]);
});

test("whatever another client has written, it hides no other task", async () => {
  const id = await enqueue();
  const odd = {
    timestamp: "soon",
    rec: "x",
    finishedOn: "-",
    atm: "1e9",
    processedOn: "nan",
    gid: "\0",
    name: '","status":"',
  };
  for (const [field, value] of Object.entries(odd)) {
    await redis().hset(`${queuePrefix}odd-${field}`, { name: "odd", data: "{", opts: "[", [field]: value });
    await redis().zadd(`${queuePrefix}prioritized`, "inf", `odd-${field}`);
  }
  await redis().hset(`${queuePrefix}odd-both`, { name: "odd", rec: "1 1 1 \nx", ats: "1", processedOn: "}" });
  await redis().zadd(`${queuePrefix}prioritized`, "0.5", "odd-both");
  await redis().zadd(`${queuePrefix}completed`, "-inf", "odd-finishedOn");
  expect(ids(await findAll({ user: "ann" }))).toEqual([id]);
  expect(ids(await findAll({ limit: 1 }))).toContain(id);
  expect(ids(await findAll({ sinceMs: 0, handler: "odd" })).length).toBeGreaterThan(3);
});

test.each([
  [{ cursor: "x" }, "cursor: is not one that was handed out for this search"],
  [{ limit: 0 }, "limit: must be a whole number from 1 to 1000"],
  [{ limit: 1e9 }, "limit: must be"],
  [{ group: "*" }, "group: must not be"],
  [{ id: "t_1", status: "failed" }, "status: cannot be asked for beside `id`"],
  [{ id: "wait" }, "id"],
  [{ sinceMs: 2, untilMs: 1 }, "until: must not be before `since`"],
] as const)("%j is refused: %s", async (request, message) => {
  await expect(async () => queue().search.find(request)).rejects.toThrow(message);
});

test("a cursor of one search is refused by another", async () => {
  await queue().enqueueMany([{ handler: "a" }, { handler: "a" }]);
  const { cursor } = await queue().search.find({ handler: "a", limit: 1 });
  expect((await queue().search.find({ handler: "a", cursor })).tasks).toHaveLength(1);
  await expect(async () => queue().search.find({ handler: "b", cursor })).rejects.toThrow("cursor: is not one");
});

test("reasons that a page sorts as one kind are those that a search for it finds", async () => {
  const reasons = [
    "  no disk 7\nmore",
    "no disk 123 left",
    'say "12"\u4e2d 9',
    "",
    "%d+ [a-z]",
    "\u3000no paper 5",
    "\t\v\f\u00a0no ink",
    "x".repeat(300) + "1",
    "HTTP/1.1 404 for 12",
    "HTTP/1.1 503 for 13",
    "Status = 404 of 7",
    "错误 status：404",
    "550 no user 7",
    "exit(12) after 5 s",
    "a word that is too long for a status-----------404",
  ];
  await startWorker(({ task }) =>
    Promise.resolve({ kind: "failed", code: "handler_failed", message: String(task.data), final: true }),
  );
  for (const data of reasons) await settled(await enqueue({ data, attempts: 1 }));
  for (const reason of reasons.filter((text) => text !== "")) {
    const alike = reasons.filter((other) => failureKindOf(other).startsWith(failureKindOf(reason)));
    const { tasks } = await queue().search.find({ reason });
    expect(new Set(tasks.map(({ error }) => error?.message))).toEqual(new Set(alike.map((text) => text.slice(0, 200))));
  }
});
