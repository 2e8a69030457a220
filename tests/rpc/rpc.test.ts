import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { type FakeBackEnd, type Mood, startFakeBackEnd } from "@switchyard/testkit/fake-back-end";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { openStreamLine } from "@switchyard/testkit/stream-line";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPlain } from "../doors/plain-client.ts";
import { runSoak } from "./soak.ts";

/** Clients call handlers by name, over real processes. What calls promise by themselves is in packages/tasks/src/call. */

type Json = Record<string, unknown>;

let hub: Hub;
let backEnd: FakeBackEnd;
beforeAll(async () => {
  backEnd = await startFakeBackEnd();
  hub = await startHub({
    gateways: 2,
    settings: {
      client: { command_rate_limit: 0 },
      handlers: {
        echo: { kind: "module", module: "tests/rpc/testing/echo.ts" },
        php: { kind: "command", command: ["php", "tests/rpc/testing/answer.php"] },
        question: { kind: "module", module: "tests/rpc/testing/answer-question.ts" },
        count: { kind: "module", module: "handlers/count.ts" },
      },
      rpc: {
        namespaces: [
          { name: "echo", handler: "echo", timeout: "600ms" },
          { name: "php", handler: "php" },
          { name: "long", handler: "count", task: true },
          { name: "slow", handler: "echo", task: true },
          { name: "gone", handler: "echo", on_disconnect: "cancel" },
          { name: "none" },
          { name: "back", proxy_enabled: true },
          { name: "app", proxy_enabled: true, proxy_name: "rpc" },
        ],
        proxy: { endpoint: `${backEnd.url}/rpc`, timeout: "400ms", http_headers: ["X-Page"] },
        ping: { enabled: true },
      },
      proxies: [{ name: "rpc", handler: "question" }],
      plain: {
        enabled: true,
        trust_uid: true,
        rpc: [
          { fields: ["a", "b"], method: "php:add" },
          { fields: ["code"], method: "echo:fail" },
          { fields: [], method: "echo:text" },
        ],
      },
    },
  });
});
afterAll(async () => {
  await hub?.close();
  await backEnd?.close();
});

async function connect(user: string, gateway = 0): Promise<CentrifugePeer> {
  const peer = await connectPeer(hub.websocketUrl(gateway));
  await peer.call({ connect: { token: hub.token(user) } });
  return peer;
}

/** The data of the answer, or its error. */
async function ask(peer: CentrifugePeer, method: string, data?: unknown): Promise<unknown> {
  const { rpc, error } = await peer.call({ rpc: { method, ...(data !== undefined && { data }) } });
  return error ?? (rpc as Json)["data"];
}

test("a handler answers what a client has called, and knows who it is", async () => {
  const peer = await connect("ann");
  expect(await ask(peer, "echo:say", { a: [1, "二"] })).toEqual({
    data: { a: [1, "二"] },
    user: "ann",
    method: "echo:say",
  });
  expect(await ask(peer, "echo:nothing")).toMatchObject({ data: null });
  expect(await ask(peer, "ping")).toBeUndefined();
  await peer.close();
});

test("errors say what is wrong: the handler's own, no such namespace, nobody who answers, no answer in time", async () => {
  const peer = await connect("ann");
  expect(await ask(peer, "echo:fail", { code: 409, message: "sold out", temporary: true })).toEqual({
    code: 409,
    message: "sold out",
    temporary: true,
  });
  expect(await ask(peer, "ecko:say")).toEqual({
    code: 104,
    message: "method not found: method: no such namespace; did you mean echo?",
  });
  for (const method of ["none:x", "plain", ""])
    expect(await ask(peer, method)).toEqual({ code: 108, message: "not available" });
  expect(await ask(peer, "echo:throw")).toMatchObject({ code: 100 });
  expect(await ask(peer, "echo:code", 7)).toMatchObject({ code: 100 });
  expect(await ask(peer, "echo:never")).toMatchObject({ code: 408, temporary: true });
  const large = await ask(peer, "echo:large");
  expect(large).toMatchObject({ code: 413, message: expect.stringMatching(/task t_/) as string });
  await peer.close();
});

test("a back end that answers Centrifugo's questions answers ours, with its errors and disconnects", async () => {
  const peer = await connectPeer(hub.websocketUrl(), { headers: { "x-page": "shop" } });
  await peer.call({ connect: { token: hub.token("ann") } });
  backEnd.mood = () => ({ json: { result: { data: { left: 3 } } } });
  expect(await ask(peer, "back:buy", { item: 7 })).toEqual({ left: 3 });
  const [{ body, headers } = { body: {}, headers: {} }] = backEnd.asked;
  expect(body).toEqual({
    client: expect.any(String) as string,
    transport: "websocket",
    protocol: "json",
    encoding: "json",
    user: "ann",
    method: "back:buy",
    data: { item: 7 },
  });
  expect(headers).toMatchObject({ "x-page": "shop" });
  const moods: [Mood, object][] = [
    [
      { json: { error: { code: 409, message: "sold out", temporary: true } } },
      { code: 409, message: "sold out", temporary: true },
    ],
    [{ status: 500 }, { code: 100, temporary: true }],
    [{ status: 204 }, { code: 100 }],
    [{ json: { result: { b64data: 7 } } }, { code: 100 }],
    [{ never: true }, { code: 408, temporary: true }],
  ];
  for (const [mood, error] of moods) {
    backEnd.mood = () => mood;
    expect(await ask(peer, "back:buy", 1)).toMatchObject(error);
  }
  backEnd.mood = () => ({ json: { result: {} } });
  expect(await ask(peer, "back:buy")).toBeUndefined();
  // A handler in the place of the endpoint is given the same question, and answers in the same form.
  expect(await ask(peer, "app:any", [1])).toEqual({ judged: [1], method: "app:any", user: "ann" });
  backEnd.mood = () => ({ json: { disconnect: { code: 4500, reason: "go away" } } });
  peer.send({ id: 99, rpc: { method: "back:buy" } });
  expect(await peer.closed).toEqual({ code: 4500, reason: "go away" });
});

test("a program answers, and says its own error, in lines of JSON", async () => {
  const peer = await connect("bob", 1);
  expect(await ask(peer, "php:add", { a: 2, b: 3 })).toEqual({ sum: 5, user: "bob" });
  expect(await ask(peer, "php:add", { a: 2 })).toMatchObject({ code: 422, message: "data.b: is missing" });
  await peer.close();
});

test("a thousand calls of one connection are each given their own answer", async () => {
  const peer = await connect("ann");
  const numbers = Array.from({ length: 1_000 }, (_, index) => index);
  const answers = await Promise.all(numbers.map((number) => ask(peer, "gone:say", number)));
  expect(answers.map((answer) => (answer as Json)["data"])).toEqual(numbers);
  await peer.close();
});

test("a call that waits behind others of its connection is answered by its deadline all the same", async () => {
  const peer = await connect("ann");
  const startedAtMs = performance.now();
  // Four times as many as run beside each other, with 600 ms for each.
  const answers = await Promise.all(Array.from({ length: 128 }, () => ask(peer, "echo:never")));
  for (const answer of answers) expect(answer).toMatchObject({ code: 408 });
  expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  await peer.close();
});

test("work that takes longer is a task at once, whose channel has the result, and which its user alone can cancel", async () => {
  const [ann, bob] = [await connect("ann"), await connect("bob")];
  const begun = (await ask(ann, "long:count", { to: 1, pauseMs: 0, idempotencyKey: "k" })) as Json;
  expect(begun).toEqual({
    task: expect.any(String) as string,
    channel: `task:${String(begun["task"])}`,
    token: expect.any(String) as string,
  });
  expect(await ask(ann, "long:count", { to: 1, pauseMs: 0, idempotencyKey: "k" })).toMatchObject({
    task: begun["task"],
  });
  const stranger = await connect("");
  await stranger.call({ subscribe: { channel: begun["channel"], token: begun["token"] } });
  await ann.call({ subscribe: { channel: begun["channel"] } });
  await eventually(async () => {
    expect(await hub.get(`/v1/tasks/${String(begun["task"])}`)).toMatchObject({
      body: { status: "succeeded", user: "ann" },
    });
  });

  const told = (await ask(ann, "slow:say", [1])) as { readonly task: string };
  await eventually(async () => {
    const result = { data: [1], user: "ann", method: "slow:say" };
    expect(await hub.get(`/v1/tasks/${told.task}`)).toMatchObject({ body: { status: "succeeded", result } });
  });

  const { task } = (await ask(ann, "long:count", { to: 100, pauseMs: 1_000 })) as { readonly task: string };
  expect(await ask(bob, "task.cancel", { task })).toMatchObject({ code: 103 });
  expect(await ask(ann, "task.cancel", { task })).toEqual({ task, status: "cancelled" });
  expect(await ask(ann, "task.cancel", { task })).toEqual({ task, status: "cancelled" });
  expect(await ask(ann, "task.cancel", {})).toMatchObject({ code: 107 });
  await Promise.all([ann, bob, stranger].map((peer) => peer.close()));
});

test("a queue full of tasks delays no call", async () => {
  const data = { to: 1_000, pauseMs: 10_000 };
  const tasks = Array.from({ length: 30 }, () => ({ handler: "count", data }));
  const { body } = await hub.post("/v1/tasks/batch", { tasks });
  const ids = (body as { results: { id: string }[] }).results.map(({ id }) => id);
  const statuses = () =>
    Promise.all(ids.map(async (id) => ((await hub.get(`/v1/tasks/${id}`)).body as Json)["status"]));
  await eventually(async () => expect((await statuses()).filter((status) => status === "running").length).toBe(10));
  const peer = await connect("ann");
  expect(await ask(peer, "echo:say", "meanwhile")).toMatchObject({ data: "meanwhile" });
  expect((await statuses()).filter((status) => status === "queued").length).toBe(20);
  await Promise.all(ids.map((id) => hub.post(`/v1/tasks/${id}/cancel`, {})));
  await peer.close();
});

test("a handler that says so is told to stop when its client goes away", async () => {
  const metrics = async () => (await fetch(`${hub.workers[0]?.url}/metrics`)).text();
  const stopped = async () =>
    Number(
      /^switchyard_call_run_seconds_count\{handler="echo",outcome="late"\} (\d+)/m.exec(await metrics())?.[1] ?? 0,
    );
  const before = await stopped();
  const peer = await connect("ann");
  peer.send({ id: 50, rpc: { method: "gone:never" } });
  expect(await ask(peer, "echo:say", "behind it")).toMatchObject({ data: "behind it" });
  peer.terminate();
  // Long before its deadline.
  await eventually(async () => expect(await stopped()).toBe(before + 1), { timeoutMs: 3_000 });
});

test("a page without an SDK calls by what its messages hold, and is told the answer as a text", async () => {
  const page = openPlain(`ws://127.0.0.1:${hub.gateways[0]?.port}/connection/plain`, "ann");
  await page.refused;
  for (const said of ['{"a":1,"b":2,"c":3}', '{"code":400,"message":"not today"}', "hello"]) page.socket.send(said);
  await eventually(() => {
    const told = page.messages.map((message) => JSON.parse(message) as Json);
    expect(told).toContainEqual({ sum: 3, user: "ann" });
    expect(told).toContainEqual({ error: { code: 400, message: "not today" } });
    expect(told).toContainEqual({ data: "hello", user: "ann", method: "echo:text" });
  });
});

test("a client whose way up is a request of its own calls like any other, over whichever gateway", async () => {
  const origins = hub.gateways.map(({ url }) => url);
  const messages: Json[] = [];
  const line = openStreamLine(
    {
      kind: "sse",
      origin: origins[0] ?? "",
      opening: JSON.stringify({ id: 1, connect: { token: hub.token("ann") } }),
      uplinkOrigin: () => origins[1] ?? "",
    },
    { message: (text) => messages.push(JSON.parse(text) as Json), closed: () => undefined },
  );
  await eventually(() => expect(messages).toMatchObject([{ id: 1 }]));
  line.send(JSON.stringify({ id: 2, rpc: { method: "echo:say", data: "up" } }));
  await eventually(() => {
    expect(messages).toContainEqual({ id: 2, rpc: { data: { data: "up", user: "ann", method: "echo:say" } } });
  });
  line.drop();
});

test("a gateway that stops tells a client whose call is not answered when it ends, and answers first", async () => {
  const extra = await hub.start("gateway");
  const peer = await connectPeer(`ws://127.0.0.1:${extra.port}/connection/websocket`);
  await peer.call({ connect: { token: hub.token("ann") } });
  // One frame: with the answer to the first the second is on its way.
  peer.send({ id: 2, rpc: { method: "ping" } }, { id: 3, rpc: { method: "echo:never" } });
  await peer.reply(2);
  expect(await extra.stop()).toBe(0);
  expect(await peer.closed).toEqual({ code: 3001, reason: "shutdown" });
  const [notice, answer] = peer.frames.slice(-2);
  expect(notice).toContain('{"type":"closing","code":3001,');
  expect(answer).toMatch(/^\{"id":3,"error":\{"code":408,/);
});

test("calls go on while workers are killed: each is answered once, and none with the answer of another", async () => {
  let [worker] = hub.workers;
  const report = await runSoak({
    urls: [0, 1].map((gateway) => hub.websocketUrl(gateway)),
    token: hub.token("soak"),
    calls: 1_500,
    inFlight: 20,
    method: "echo:say",
    pauseMs: 100,
    async kill() {
      const next = await hub.start("worker");
      await worker?.kill();
      worker = next;
    },
  });
  const { results, errors, kills } = report;
  expect(report).toMatchObject({ asked: 1_500, twice: 0, mixed: 0, never: 0 });
  expect(kills).toBeGreaterThan(0);
  const told = Object.values(errors).reduce((sum, count) => sum + count, 0);
  expect(results + told).toBe(1_500);
  expect(Object.keys(errors).filter((code) => code !== "408")).toEqual([]);
});
