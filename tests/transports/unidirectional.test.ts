import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { listen, type Listener, type ListenOptions, type Push } from "./listener.ts";

const page = "https://app.example.com";
let hub: Hub;
beforeAll(async () => {
  const kept = { history_size: 100, history_ttl: "60s", allow_recovery: true };
  const namespaces = [{ name: "news", ...kept }, { name: "plain" }];
  hub = await startHub({
    gateways: 1,
    workers: 0,
    settings: {
      channel: { namespaces },
      log: { level: "trace" },
      client: { allowed_origins: [page], ping_interval: "1s", pong_timeout: "700ms", message_size_limit: 4096 },
    },
  });
});
afterAll(() => hub?.close());

const channels = ["news:a", "news:b", "news:c"];
const token = (user = "ann", claims: object = { channels }) => hub.token(user, { ...claims });
const at = (path: string, query: Record<string, string> = {}) =>
  `${hub.gateways[0]?.url}/connection/${path}?${new URLSearchParams(query).toString()}`;
const publish = (channel: string, data: unknown) => hub.post("/api/publish", { channel, data });

function open(url: string, options?: ListenOptions): Listener {
  const listener = listen(url, options);
  onTestFinished(() => listener.drop());
  return listener;
}

/** The two ways that are HTTP, each asked as its clients ask. */
const ways = {
  uni_sse: (connect: object, headers = {}) => open(at("uni_sse", { cf_connect: JSON.stringify(connect) }), { headers }),
  uni_http_stream: (connect: object, headers = {}) =>
    open(at("uni_http_stream"), {
      method: "POST",
      body: JSON.stringify(connect),
      headers: { "content-type": "application/json", ...headers },
    }),
};

const published = (pushes: readonly Push[]) =>
  pushes.flatMap(({ channel, pub }) => (pub === undefined ? [] : [[channel, (pub as Push)["data"]]]));
const connected = (listener: Listener) =>
  eventually(() => {
    expect(listener.pushes[0]).toHaveProperty("connect");
    return listener.pushes[0]?.["connect"] as Record<string, Record<string, Push>>;
  });

describe.each(["uni_sse", "uni_http_stream"] as const)("%s", (way) => {
  test("the first push says who the client is and what it is subscribed to; then come publications and pings", async () => {
    const listener = ways[way]({ token: token() });
    const welcome = await connected(listener);
    expect(welcome).toMatchObject({ client: expect.any(String), ping: 1 });
    expect(welcome).not.toHaveProperty("pong");
    expect(Object.keys(welcome["subs"] ?? {}).toSorted()).toEqual([...channels, "user:ann"]);
    await publish("news:b", { n: 1 });
    await eventually(() => expect(published(listener.pushes)).toEqual([["news:b", { n: 1 }]]));
    await eventually(() => expect(listener.pushes).toContainEqual({}));
    // Nobody answers them, and nobody is taken for gone.
    await eventually(() => expect(listener.pushes.filter((push) => Object.keys(push).length === 0)).toHaveLength(3));
  });

  test("who can never come in is told so by a status, before there is a stream", async () => {
    const misplaced = { token: token("ann", { channels: ["typo:all"] }) };
    const late = { token: token("late", { exp: 1 }) };
    const answers = [{ token: "not.a.token" }, {}, late, { token: 7 }, misplaced].map(async (one) => {
      const listener = ways[way](one);
      return `${(await listener.head).statusCode} ${await listener.body}`;
    });
    expect(await Promise.all(answers)).toEqual([
      '401 {"error":{"code":"unauthorized","message":"3500 invalid token"}}',
      '401 {"error":{"code":"unauthorized","message":"3500 invalid token: connect needs a token, in its field `token`"}}',
      '401 {"error":{"code":"unauthorized","message":"3005 connection expired"}}',
      '400 {"error":{"code":"invalid_request","message":"3501 bad request: connect has a field of the wrong type"}}',
      '400 {"error":{"code":"invalid_request","message":"3501 bad request: unknown channel: no namespace `typo` is configured"}}',
    ]);
  });

  test("the last push says why it ends", async () => {
    const listener = ways[way]({ token: token("kicked") });
    await connected(listener);
    await hub.post("/api/disconnect", { user: "kicked" });
    await listener.ended;
    expect(listener.pushes.at(-1)).toEqual({ disconnect: { code: 3503, reason: "force disconnect" } });
  });

  test("a page of another origin is refused; one of an allowed origin may read", async () => {
    const { statusCode } = await ways[way]({ token: token() }, { origin: "https://evil.example" }).head;
    expect(statusCode).toBe(403);
    const { headers } = await ways[way]({ token: token() }, { origin: page }).head;
    expect(headers).toMatchObject({ "access-control-allow-origin": page, "x-accel-buffering": "no" });
  });

  test("positions named in the request are recovered within the first push", async () => {
    const first = ways[way]({ token: token("subs"), subs: { "news:a": { recoverable: true } } });
    const { subs } = await connected(first);
    const { epoch, offset = 0 } = (subs?.["news:a"] ?? {}) as { epoch?: string; offset?: number };
    first.drop();
    await publish("news:a", "missed");
    const again = ways[way]({
      token: token("subs"),
      subs: { "news:a": { recover: true, recoverable: true, epoch, offset } },
    });
    expect((await connected(again))["subs"]?.["news:a"]).toMatchObject({
      recovered: true,
      publications: [{ data: "missed" }],
    });
    await publish("news:a", "live");
    await eventually(() => expect(published(again.pushes)).toEqual([["news:a", "live"]]));
  });

  test("who does not read is given up when the bound is reached", async () => {
    const slow = ways[way]({ token: token("slow") });
    await connected(slow);
    slow.pause();
    const data = "x".repeat(60_000);
    const ended = async () => {
      const text = await (await fetch(`${hub.gateways[0]?.url}/metrics`)).text();
      return /switchyard_gateway_disconnects_total\{code="3008"\} (\d+)/.exec(text)?.[1] ?? "0";
    };
    const before = await ended();
    await eventually(
      async () => {
        await Promise.all(Array.from({ length: 40 }, () => publish("user:slow", data)));
        expect(await ended()).not.toBe(before);
      },
      { timeoutMs: 20_000 },
    );
    slow.drop();
  });
});

describe("uni_sse", () => {
  const openSse = (query: Record<string, string>, headers = {}) => open(at("uni_sse", query), { headers });

  test("a token may stand in the address, and in no line of any log", async () => {
    const secret = token("quiet");
    const listener = openSse({ token: secret });
    await connected(listener);
    const bad = openSse({ token: `${secret}x`, cf_connect: "{broken" });
    expect((await bad.head).statusCode).toBe(400);
    expect((await openSse({ token: `${secret}x` }).head).statusCode).toBe(401);
    const signature = secret.split(".")[2] ?? "?";
    // The reason stands there once, however often it is the reason.
    expect((await openSse({ cf_connect: "{broken" }).head).statusCode).toBe(400);
    expect(hub.logs().split('"reason":"not JSON"')).toHaveLength(2);
    expect(hub.logs()).not.toContain(signature);
    expect(hub.logs()).not.toContain("cf_connect");
  });

  test("a client may ask by POST, and by an address without anything where anonymous clients may come in", async () => {
    const listener = open(at("uni_sse"), {
      method: "POST",
      body: JSON.stringify({ token: token() }),
      headers: { "content-type": "application/json" },
    });
    expect(await connected(listener)).toHaveProperty("client");
    expect((await openSse({}).head).statusCode).toBe(401);
  });

  test("every id names the place behind its event, so that coming back there repeats nothing and leaves nothing out", async () => {
    const listener = openSse({ token: token("ids") });
    await connected(listener);
    for (let n = 0; n < 9; n++) await publish(channels[n % 3] ?? "", n);
    await publish("user:ids", "mine");
    await eventually(() => expect(published(listener.pushes)).toHaveLength(10));
    const all = published(listener.pushes);
    const events = listener.events.filter(({ push }) => "pub" in push || "connect" in push);
    for (const [index, { id }] of events.entries()) {
      const again = openSse({ token: token("ids") }, { "last-event-id": id });
      const { subs } = await connected(again);
      for (const channel of channels) expect(subs?.[channel]).toMatchObject({ was_recovering: true, recovered: true });
      const missed = all.slice(index);
      await eventually(() => expect(published(again.pushes)).toHaveLength(missed.length));
      // Each channel's in its order; between channels there is none.
      for (const channel of [...channels, "user:ids"]) {
        const of = (some: unknown[][]) => some.filter(([name]) => name === channel);
        expect(of(published(again.pushes))).toEqual(of(missed));
      }
      again.drop();
    }
  });

  test("the ids of what is sent again are as good", async () => {
    const listener = openSse({ token: token("midst") });
    await connected(listener);
    const from = listener.events[0]?.id ?? "";
    for (let n = 0; n < 9; n++) await publish(channels[n % 3] ?? "", n);
    const again = openSse({ token: token("midst") }, { "last-event-id": from });
    await eventually(() => expect(published(again.pushes)).toHaveLength(9));
    for (const [index, { id }] of again.events.slice(1, 10).entries()) {
      const third = openSse({ token: token("midst"), last_event_id: id });
      await connected(third);
      await eventually(() => expect(published(third.pushes)).toEqual(published(again.pushes).slice(index + 1)));
      third.drop();
    }
  });

  test.each(["1,nonsense", "9"])("a place that is lost (%s) is told in the first push", async (id) => {
    const { subs } = await connected(openSse({ token: token() }, { "last-event-id": id }));
    for (const channel of channels) {
      expect(subs?.[channel]).toMatchObject({ was_recovering: true });
      expect(subs?.[channel]).not.toHaveProperty("recovered");
    }
  });

  test("a gateway that stops says so, and lets its clients come back", async () => {
    const extra = await hub.start("gateway");
    const listener = open(`${extra.url}/connection/uni_sse?token=${token("moved")}`);
    await connected(listener);
    expect(await extra.stop()).toBe(0);
    await listener.ended;
    const [notice, last] = listener.pushes.slice(-2);
    const closing = { type: "closing", code: 3001, reason: "shutdown", reconnectAfterMs: expect.any(Number) };
    expect(notice).toEqual({ message: { data: closing } });
    expect(last).toEqual({ disconnect: { code: 3001, reason: "shutdown", reconnect: true } });
    // The word an EventSource itself knows.
    expect(await listener.body).toMatch(/\nretry: \d+\n\n$/);
    const back = openSse({ token: token("moved") }, { "last-event-id": listener.events.at(-1)?.id ?? "" });
    expect((await connected(back))["subs"]?.["news:a"]).toMatchObject({ recovered: true });
  });
});

test("uni_http_stream is a curl away", async () => {
  const run = promisify(execFile);
  const wait = setInterval(() => void publish("news:a", "for curl"), 200);
  onTestFinished(() => clearInterval(wait));
  const body = JSON.stringify({ token: token("curl") });
  const args = ["-sN", "--max-time", "2", "-d", body, at("uni_http_stream")];
  // It ends by its time, which it takes for a failure.
  const { stdout } = await run("curl", args).catch((error: unknown) => error as { stdout: string });
  const [first, ...rest] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Push);
  expect(first).toHaveProperty("connect");
  expect(published(rest)).toContainEqual(["news:a", "for curl"]);
});

describe("uni_websocket", () => {
  function openSocket(query: Record<string, string> = {}) {
    const socket = new WebSocket(at("uni_websocket", query).replace("http:", "ws:"));
    const pushes: Push[] = [];
    const closed = Promise.withResolvers<{ code: number; reason: string }>();
    socket.on("message", (data: Buffer) => {
      for (const line of data.toString().split("\n")) pushes.push(JSON.parse(line) as Push);
    });
    socket.on("close", (code, reason) => closed.resolve({ code, reason: reason.toString() }));
    onTestFinished(() => socket.terminate());
    return { socket, pushes, closed: closed.promise };
  }

  test("the first message is the connect request; what comes back are bare pushes; what is said later is not read", async () => {
    const { socket, pushes, closed } = openSocket();
    socket.once("open", () => socket.send(JSON.stringify({ token: token("ws") })));
    await eventually(() => expect(pushes[0]).toMatchObject({ connect: { ping: 1 } }));
    socket.send("{}");
    socket.send("not JSON");
    await publish("user:ws", "mine");
    await eventually(() => expect(published(pushes)).toEqual([["user:ws", "mine"]]));
    await eventually(() => expect(pushes.filter((push) => Object.keys(push).length === 0)).toHaveLength(3));
    await hub.post("/api/disconnect", { user: "ws" });
    expect(await closed).toEqual({ code: 3503, reason: "force disconnect" });
    expect(pushes.at(-1)).toEqual({ disconnect: { code: 3503, reason: "force disconnect" } });
  });

  test("the request may stand in the address instead", async () => {
    const { pushes } = openSocket({ cf_connect: JSON.stringify({ token: token("ws") }) });
    await eventually(() => expect(pushes[0]).toHaveProperty("connect"));
  });

  test.each([
    ["no token", "{}", { code: 3500, reason: "invalid token" }],
    ["no JSON", "hello", { code: 3501, reason: "bad request" }],
  ])("%s is refused with a last push and a close code", async (_, said, end) => {
    const { socket, pushes, closed } = openSocket();
    socket.once("open", () => socket.send(said));
    expect(await closed).toEqual(end);
    expect(pushes).toEqual([{ disconnect: end }]);
  });
});

test("a token in the address opens the paths of listeners alone", async () => {
  const query = `?token=${token()}`;
  const socket = new WebSocket(hub.websocketUrl() + query);
  const answered = new Promise<string>((resolve) => socket.once("message", (data: Buffer) => resolve(data.toString())));
  socket.once("open", () => socket.send(JSON.stringify({ id: 1, connect: {} })));
  expect(await answered).toContain('"code":101');
  socket.terminate();
});
