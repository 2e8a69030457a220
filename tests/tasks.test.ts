import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Tasks as their producers see them: over HTTP and over plain Redis, run by two worker processes. */

interface Seen {
  readonly id: string;
  readonly status: string;
  readonly result: unknown;
  readonly message: string | null;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

let hub: Hub;
let redis: Redis;

beforeAll(async () => {
  // Says its own number and that of a program it has started, and neither ends by itself.
  const nest = 'sleep 600 & printf \'{"progress":1,"message":"%s %s"}\\n\' $$ $!; wait';
  hub = await startHub({
    gateways: 1,
    workers: 2,
    settings: {
      handlers: {
        test: { kind: "module", module: "./handlers/test.ts" },
        count: { kind: "module", module: "./handlers/count.ts" },
        nest: { kind: "command", command: ["sh", "-c", nest] },
      },
    },
  });
  redis = new Redis(hub.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await hub?.close();
});

async function enqueueAll(tasks: readonly object[]): Promise<string[]> {
  const { body } = await hub.post("/v1/tasks/batch", { tasks });
  expect(body).toMatchObject({ accepted: tasks.length, refused: 0 });
  return (body as { results: { id: string }[] }).results.map(({ id }) => id);
}

async function enqueue(task: object): Promise<{ id: string; channel: string; token: string }> {
  const { status, body } = await hub.post("/v1/tasks", task);
  expect(status).toBe(202);
  return body as { id: string; channel: string; token: string };
}

async function settled(id: string): Promise<Seen> {
  return eventually(async () => {
    const { status, body } = await hub.get(`/v1/tasks/${id}?wait=30`);
    expect({ status, body }).toMatchObject({ status: 200, body: { finishedAtMs: expect.any(Number) } });
    return body as Seen;
  });
}

/** How many ran at the same time, at most. */
function overlap(records: readonly Seen[]): number {
  const changes = records.flatMap(({ startedAtMs, finishedAtMs }) => [
    { at: startedAtMs, by: 1 },
    { at: finishedAtMs, by: -1 },
  ]);
  let [now, most] = [0, 0];
  // What ends in the millisecond in which another starts has ended before it.
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

const starts = (records: readonly Seen[]) => records.map(({ startedAtMs }) => startedAtMs);
const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

describe("groups over HTTP", () => {
  test("one group runs in the order of its tasks, one at a time; groups run beside each other", async () => {
    const groups = Array.from({ length: 10 }, (_, index) => `lane-${index}`);
    const task = (group: string) => ({ handler: "count", data: { to: 1, pauseMs: 30 }, group });
    const ids = await enqueueAll(Array.from({ length: 6 }, () => groups.map(task)).flat());
    const records = await Promise.all(ids.map(settled));
    for (const index of groups.keys()) {
      const lane = records.filter((_, place) => place % groups.length === index);
      expect(overlap(lane)).toBe(1);
      expect(starts(lane)).toEqual(ascending(starts(lane)));
    }
    // Were it one line, 60 tasks of 30 ms would never overlap.
    expect(overlap(records)).toBeGreaterThan(4);
  });

  test("a group that may run three at once runs three, over all workers, and never four", async () => {
    const headers = { "x-api-key": hub.apiKey, "content-type": "application/json" };
    const body = JSON.stringify({ concurrency: 3 });
    expect((await fetch(`${hub.api.url}/v1/groups/wide`, { method: "PUT", headers, body })).status).toBe(200);
    const task = { handler: "count", data: { to: 1, pauseMs: 50 }, group: "wide" };
    const records = await Promise.all((await enqueueAll(Array.from({ length: 18 }, () => task))).map(settled));
    expect(overlap(records)).toBe(3);
    expect(starts(records)).toEqual(ascending(starts(records)));
  });
});

describe.each([
  {
    language: "PHP",
    command: ["php", "-r"],
    page: "php.md",
    end: "\n$id = enqueue(",
    overHttp: `foreach (range(1, 6) as $to) $tasks[] = hub('POST', '/v1/tasks', ['handler' => 'count', 'data' => ['to' => $to, 'pauseMs' => 10], 'group' => 'php']);
      foreach ($tasks as $task) echo $task['id'], ' ', hub('GET', "/v1/tasks/{$task['id']}?wait=25")['result']['counted'], "\\n";`,
    overRedis: `$open = fn () => stream_socket_client('tcp://127.0.0.1:8079');
      foreach (range(1, 6) as $to) $ids[] = enqueue($redis ??= $open(), 'count', ['to' => $to, 'pauseMs' => 10], 'php');
      foreach ($ids as $id) echo $id, ' ', result($open(), $id)['counted'], "\\n";`,
  },
  {
    language: "Python",
    command: ["python3", "-c"],
    page: "python.md",
    end: "\nredis = Redis()",
    overHttp: `tasks = [hub("POST", "/v1/tasks", {"handler": "count", "data": {"to": to, "pauseMs": 10}, "group": "python"}) for to in range(1, 7)]
for task in tasks:
    print(task["id"], hub("GET", f"/v1/tasks/{task['id']}?wait=25")["result"]["counted"])`,
    overRedis: `redis = Redis()
ids = [enqueue(redis, "count", {"to": to, "pauseMs": 10}, "python") for to in range(1, 7)]
for id in ids:
    print(id, result(redis, id)["counted"])`,
  },
] as const)("$language", ({ command, page, end, overHttp, overRedis }) => {
  const text = readFileSync(new URL(`../docs/recipes/${page}`, import.meta.url), "utf8");
  const blocks = Array.from(text.matchAll(/^```(?:php|python)\n([\s\S]*?)^```/gm), ([, code = ""]) => code);
  const [hubFunction = ""] = blocks;
  const plainRedis = blocks.find((code) => code.includes(end)) ?? "";

  async function run(code: string): Promise<{ id: string; result: number }[]> {
    const local = code.replaceAll(/(127\.0\.0\.1:|port=)8079/g, `$1${hub.redis.port}`);
    const env = { PATH: process.env["PATH"], SWITCHYARD_API_KEY: hub.apiKey, SWITCHYARD_URL: hub.api.url };
    const [program, option] = command;
    const { stdout, stderr } = await promisify(execFile)(program, [option, local], { env, timeout: 30_000 });
    expect(stderr).toBe("");
    return stdout
      .trim()
      .split("\n")
      .map((line) => ({ id: line.split(" ")[0] ?? "", result: Number(line.split(" ")[1]) }));
  }

  test("adds tasks of a group and reads their results, over HTTP and over plain Redis at the same time", async () => {
    const producers = await Promise.all([
      run(`${hubFunction}\n${overHttp}`),
      run(`${plainRedis.slice(0, plainRedis.indexOf(end))}\n${overRedis}`),
    ]);
    const all: Seen[] = [];
    for (const tasks of producers) {
      expect(tasks.map(({ result }) => result)).toEqual([1, 2, 3, 4, 5, 6]);
      const records = await Promise.all(tasks.map(({ id }) => settled(id)));
      expect(starts(records)).toEqual(ascending(starts(records)));
      all.push(...records);
    }
    expect(overlap(all)).toBe(1);
  });
});

test("cancelling a running command ends its program and all that has started, at once for whoever watches", async () => {
  const task = await enqueue({ handler: "nest", group: "nest", user: "ann" });
  const watcher = await connectPeer(hub.websocketUrl());
  await watcher.call({ connect: { token: hub.token("ann") } });
  await watcher.call({ subscribe: { channel: task.channel, token: task.token } });
  const next = await enqueue({ handler: "test", group: "nest" });
  const pids = await eventually(async () => {
    const { body } = await hub.get(`/v1/tasks/${task.id}`);
    expect((body as Seen).message).toMatch(/^\d+ \d+$/);
    return ((body as Seen).message ?? "").split(" ").map(Number);
  });
  expect(pids.map(isAlive)).toEqual([true, true]);
  const { status, body } = await hub.post(`/v1/tasks/${task.id}/cancel`, { reason: "the customer left" });
  expect([status, body]).toMatchObject([200, { status: "cancelled", error: { message: "the customer left" } }]);
  await eventually(() => expect(pids.map(isAlive)).toEqual([false, false]), { timeoutMs: 10_000 });
  await eventually(() => expect(watcher.pushes.at(-1)).toMatchObject({ pub: { data: { status: "cancelled" } } }));
  expect((await settled(next.id)).status).toBe("succeeded");
  await watcher.close();
});

test("the token of a task watches that task, and neither connects nor opens anything else", async () => {
  for (const user of [undefined, "alice"]) {
    const { channel, token } = await enqueue({ handler: "test", ...(user === undefined ? {} : { user }) });
    const thief = await connectPeer(hub.websocketUrl());
    thief.send({ id: 1, connect: { token } });
    expect(await thief.closed).toEqual({ code: 3500, reason: "invalid token" });

    const watcher = await connectPeer(hub.websocketUrl());
    await watcher.call({ connect: { token: hub.token(user ?? "bob") } });
    expect(await watcher.call({ subscribe: { channel, token } })).toHaveProperty("subscribe");
    const other = await enqueue({ handler: "test" });
    watcher.send({ id: 9, subscribe: { channel: other.channel, token } });
    expect((await watcher.closed).code).toBe(3500);
  }
});

test("200 idempotency keys, each sent five times at once, are 200 tasks", async () => {
  const records = async () => (await redis.keys("{sy:tasks}:record:*")).length;
  const before = await records();
  const keys = Array.from({ length: 200 }, (_, index) => `order-${index}`);
  const task = (key: string) => ({ handler: "test", data: { key }, group: "once", idempotencyKey: key });
  const replies = await Promise.all([0, 1, 2, 3, 4].map(() => Promise.all(keys.map((key) => enqueue(task(key))))));
  const ids = replies.map((round) => round.map(({ id }) => id));
  expect(new Set(ids.flat()).size).toBe(200);
  for (const round of ids) expect(round).toEqual(ids[0]);
  expect((await records()) - before).toBe(200);
  const { status } = await hub.post("/v1/tasks", { ...task("order-0"), data: "another" });
  expect(status).toBe(422);
  await Promise.all((ids[0] ?? []).map(settled));
  // The key outlives the task.
  expect((await enqueue(task("order-7"))).id).toBe(ids[0]?.[7]);
});

test("a hundred who wait for a task hold no connection to Redis of their own", async () => {
  const connections = async () =>
    String(await redis.client("LIST"))
      .trim()
      .split("\n").length;
  const before = await connections();
  // It does not end before they are counted, however long that takes.
  const task = await enqueue({ handler: "count", data: { to: 1_000 } });
  const waiting = Promise.all(Array.from({ length: 100 }, () => settled(task.id)));
  await eventually(async () => {
    const { body } = await hub.get(`/v1/tasks/${task.id}`);
    expect((body as Seen).status).toBe("running");
    expect(await redis.pubsub("NUMSUB", `{sy:tasks}:settled:${task.id}`)).toEqual([expect.any(String), 1]);
  });
  expect(await connections()).toBe(before);
  expect((await hub.post(`/v1/tasks/${task.id}/cancel`, {})).status).toBe(200);
  expect(new Set((await waiting).map(({ status }) => status))).toEqual(new Set(["cancelled"]));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
