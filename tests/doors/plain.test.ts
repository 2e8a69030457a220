import { readFileSync } from "node:fs";
import { freePort } from "@switchyard/provision/free-port";
import { spawnApp } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import type { Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlain, expectReached } from "./plain-client.ts";
import { senderOf, startPlainStage, type PlainStage, type Tab } from "./plain-stage.ts";

// Pages of tutorials, which open a WebSocket and say who they are, on three gateways behind nginx.
let stage: PlainStage;
let hub: Hub;

beforeAll(async () => {
  stage = await startPlainStage();
  ({ hub } = stage);
});
afterAll(() => stage?.close());

const push = (user: string, data: unknown) => hub.post("/api/publish", { user, data, receipt: true });
const direct = (gateway = 0) => `ws://127.0.0.1:${hub.gateways[gateway]?.port}/connection/plain`;
let last = 0;
const freshUser = () => `user-${++last}`;

describe("who comes in", () => {
  test("a token counts where ids are believed, too", async () => {
    const user = freshUser();
    for (const said of [hub.token(user), JSON.stringify({ token: hub.token(user) })]) {
      await expectReached(openPlain(direct(), said), (data) => push(user, data));
    }
    expect(await stage.online(user)).toBe(2);
  });

  test("where ids are not believed a token is asked for, and the reason says so", async () => {
    const strict = await hub.start("gateway", { SWITCHYARD_PLAIN_TRUST_UID: "false" });
    const url = `ws://127.0.0.1:${strict.port}/connection/plain`;
    expect(await openPlain(url, "uid1").closed).toEqual({ code: 3500, reason: "invalid token" });
    expect(await openPlain(url, '{"uid":"uid1"}').closed).toEqual({
      code: 3500,
      reason: "invalid token: connect needs a token, in its field `token`",
    });
    const user = freshUser();
    await expectReached(openPlain(url, hub.token(user)), (data) => push(user, data));
  });

  test.each([
    [undefined, 3502, "stale"],
    ["", 3501, "bad request: the first message is empty"],
    ["{broken", 3501, "bad request: the first message is not JSON in UTF-8"],
    ["{}", 3501, "bad request: the first message names neither a user nor anything else"],
    ["undefined", 3501, "bad request: the first message names neither a user nor anything else"],
    ["a\u0000b", 3507, "permission denied: `uid` must not contain control characters"],
    [
      '{"nobody":"knows"}',
      3501,
      "bad request: the first message names neither a user nor the fields of any of plain.channels",
    ],
    [
      '{"uid":"u","school_id":"2","school_class_id":"1:x"}',
      3501,
      expect.stringMatching(/^bad request: school_class_id: must not hold/),
    ],
    ['{"uid":"u","closed":"1"}', 3507, "permission denied"],
  ])("who says %j is closed with a reason", async (first, code, reason) => {
    expect(await openPlain(direct(), first).closed).toEqual({ code, reason });
  });

  test("fields of the first message choose a channel, and no other", async () => {
    const classOf = (school: string) => openPlain(direct(), `{"school_class_id":"1","school_id":"${school}"}`);
    const [second, third] = [classOf("2"), classOf("3")];
    const tell = (school: string) => (data: unknown) =>
      hub.post("/api/publish", { channel: `school:${school}:class:1`, data });
    await expectReached(second, tell("2"));
    await expectReached(third, tell("3"));
    await tell("2")({ lesson: "2" });
    await tell("3")({ lesson: "3" });
    await eventually(() =>
      expect([second, third].map(({ messages }) => messages.at(-1))).toEqual(['{"lesson":"2"}', '{"lesson":"3"}']),
    );
  });

  test("who comes late is told the newest state at once where the channel keeps one", async () => {
    await hub.post("/api/publish", { channel: "state:task42", data: { percent: "88%" } });
    const { messages } = openPlain(direct(), '{"uid":"late","thing":"task42"}');
    await eventually(() => expect(messages).toEqual(['{"percent":"88%"}']));
  });
});

test("what is sent to the connection itself comes as text, however many leave together", async () => {
  const user = freshUser();
  const client = openPlain(direct(), user);
  await expectReached(client, (data) => push(user, data));
  const { body } = await hub.post("/api/presence", { channel: `user:${user}` });
  const [id] = Object.keys((body as { result: { presence: object } }).result.presence);
  const texts = Array.from({ length: 50 }, (_, index) => `answer\n${index}`);
  const seen = client.messages.length;
  await Promise.all(texts.map((data) => hub.post("/api/publish", { client: id, data })));
  await eventually(() => expect(client.messages.slice(seen).toSorted()).toEqual(texts.toSorted()));
});

describe("an operator", () => {
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const send = (path: string, fields: Record<string, string>, headers = {}) =>
    fetch(hub.api.url + path, {
      method: "POST",
      redirect: "manual",
      headers: { ...form, ...headers },
      body: new URLSearchParams(fields).toString(),
    });

  test("picks one connection of a user, whichever gateway it is on, and types an answer that comes there alone", async () => {
    const login = await send("/ops/login", { password: hub.opsPassword });
    const session = { cookie: login.headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
    const look = async (path: string) => (await fetch(hub.api.url + path, { headers: session })).text();
    const user = freshUser();
    const tabs = [openPlain(direct(0), user), openPlain(direct(1), user)];
    for (const tab of tabs) await expectReached(tab, (data) => push(user, data));
    const neighbour = openPlain(direct(0), freshUser());

    expect(await look("/ops/answers")).toContain(`href="/ops/answers/in?channel=user%3A${user}"`);
    const [, client = ""] = /to\?client=([-\w]+)/.exec(await look(`/ops/answers/in?channel=user:${user}`)) ?? [];
    const before = tabs.map(({ messages }) => messages.length);
    const sent = await send(`/ops/answers/to?client=${client}`, { text: "您好,\r\nwhat is it?" }, session);
    expect(sent.headers.get("location")).toBe(`/ops/answers/to?client=${client}&sent=1`);
    const news = () => tabs.map(({ messages }, tab) => messages.slice(before[tab]));
    await eventually(() => expect(news().flat()).toEqual(["您好,\nwhat is it?"]));
    const toAll = await send(`/ops/answers/to?user=${user}`, { text: "to all of you" }, session);
    expect(toAll.headers.get("location")).toBe(`/ops/answers/to?user=${user}&sent=2`);
    await eventually(() => expect(news().map((texts) => texts.at(-1))).toEqual(["to all of you", "to all of you"]));
    expect(neighbour.messages).toEqual([]);
  });
});

test("later messages are published where a rule says so and the namespace allows it; others are ignored", async () => {
  const [ann, bob] = ["ann", "bob"].map((uid, gateway) =>
    openPlain(direct(gateway), JSON.stringify({ uid, room: "1" })),
  );
  if (ann === undefined || bob === undefined) throw new Error("no clients");
  for (const client of [ann, bob])
    await expectReached(client, (data) => hub.post("/api/publish", { channel: "chat:1", data }));
  const said = '{"room":"1",  "text":"hello", "n":1.0}';
  for (const message of ["heartbeat", '{"type":"ping"}', '{"room":"2","text":"not subscribed"}', said])
    ann.socket.send(message);
  await eventually(() => expect([ann, bob].map(({ messages }) => messages.at(-1))).toEqual([said, said]));
});

describe("what holds at every door holds here", () => {
  test("origins, and connections of one address and of one user", async () => {
    expect(await openPlain(direct(), "u", { origin: "https://evil.example" }).refused).toBe(403);
    expect(await openPlain(direct(), "u", { origin: "http://127.0.0.1:8080" }).refused).toBeUndefined();
    const narrow = await hub.start("gateway", {
      SWITCHYARD_CLIENT_USER_CONNECTION_LIMIT: "1",
      SWITCHYARD_CLIENT_IP_CONNECTION_LIMIT: "2",
    });
    const url = `ws://127.0.0.1:${narrow.port}/connection/plain`;
    const user = freshUser();
    await expectReached(openPlain(url, user), (data) => push(user, data));
    const second = openPlain(url);
    expect(await second.refused).toBeUndefined();
    expect(await openPlain(url, user).refused).toBe(429);
    second.socket.send(user);
    expect(await second.closed).toEqual({ code: 3504, reason: "connection limit" });
  });

  test("a user who is sent away, and one who is shut out", async () => {
    const user = freshUser();
    const client = openPlain(direct(), user);
    await expectReached(client, (data) => push(user, data));
    await hub.post("/api/disconnect", { user });
    expect(await client.closed).toEqual({ code: 3503, reason: "force disconnect" });
    const again = openPlain(direct(1), user);
    await expectReached(again, (data) => push(user, data));
    await hub.post("/api/revoke", { user });
    expect(await again.closed).toEqual({ code: 3503, reason: "force disconnect" });
    expect(await openPlain(direct(), user).closed).toEqual({ code: 3507, reason: "permission denied: revoked" });
  });

  test("a gateway that stops says so and lets its clients come back", async () => {
    const extra = await hub.start("gateway");
    const user = freshUser();
    const client = openPlain(`ws://127.0.0.1:${extra.port}/connection/plain`, user);
    const silent = openPlain(`ws://127.0.0.1:${extra.port}/connection/plain`);
    await expectReached(client, (data) => push(user, data));
    await silent.refused;
    expect(await extra.stop()).toBe(0);
    expect(await client.closed).toEqual({ code: 3001, reason: "shutdown" });
    expect(client.messages.at(-1)).toMatch(
      /^\{"type":"closing","code":3001,"reason":"shutdown","reconnectAfterMs":\d+\}$/,
    );
    expect(await silent.closed).toEqual({ code: 3001, reason: "shutdown" });
  });

  test("one that answers no ping, one that does not read, and one that floods are sent away; all others stay", async () => {
    const [calm, deaf, slow, loud] = [freshUser(), freshUser(), freshUser(), freshUser()];
    const client = openPlain(direct(), calm);
    await expectReached(client, (data) => push(calm, data));
    const mute = openPlain(direct(), deaf, { autoPong: false });
    const flood = openPlain(direct(), loud);
    await expectReached(flood, (data) => push(loud, data));
    for (let count = 0; count < 60; count++) flood.socket.send("x");
    expect(await flood.closed).toEqual({ code: 3013, reason: "too many requests" });
    const reader = openPlain(direct(), slow);
    await expectReached(reader, (data) => push(slow, data));
    reader.socket.pause();
    const ended = async () => {
      const text = await (await fetch(`${hub.gateways[0]?.url}/metrics`)).text();
      return /switchyard_gateway_disconnects_total\{code="3008"\} (\d+)/.exec(text)?.[1] ?? "0";
    };
    const data = "x".repeat(60_000);
    await eventually(
      async () => {
        await Promise.all(Array.from({ length: 40 }, () => push(slow, data)));
        expect(await ended()).toBe("1");
      },
      { timeoutMs: 20_000 },
    );
    expect(await mute.closed).toEqual({ code: 3012, reason: "no pong" });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

test("a port of its own is the door whatever the path, and one that is taken ends the start with a line", async () => {
  const port = await freePort();
  const user = freshUser();
  const own = await hub.start("gateway", { SWITCHYARD_PLAIN_PORT: String(port) });
  await expectReached(openPlain(`ws://127.0.0.1:${port}/any/path`, user), (data) => push(user, data));
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(426);
  const { log, exited } = spawnApp("gateway", {
    SWITCHYARD_REDIS_URL: hub.redis.url,
    SWITCHYARD_PLAIN_ENABLED: "true",
    SWITCHYARD_PLAIN_PORT: String(port),
  });
  expect(await exited).toBe(1);
  expect(log.filter((line) => line.startsWith("switchyard gateway:"))).toEqual([
    expect.stringContaining(`port ${port} on 127.0.0.1 is taken`),
  ]);
  expect(await own.stop()).toBe(0);
});

test.each(["coming-from-php-push.md", "coming-from-php-push.zh.md"])(
  "the class in %s does what GatewayClient did",
  async (name) => {
    const page = readFileSync(new URL(`../../docs/how-to/${name}`, import.meta.url), "utf8");
    const [, definition = ""] = /^```php\n([\s\S]*?)^```/m.exec(page) ?? [];
    const user = freshUser();
    const tabs = [openPlain(direct(0), user), openPlain(direct(1), user)];
    for (const tab of tabs) await expectReached(tab, (data) => push(user, data));
    const script = `${definition.replace("http://localhost:8000", hub.api.url)}
    echo json_encode([Gateway::isUidOnline('${user}'), Gateway::isUidOnline('nobody'), Gateway::sendToUid('${user}', ['percent' => '88%'])]);
    [$first, $second] = Gateway::getClientIdByUid('${user}');
    Gateway::joinGroup($first, 'chat:php');
    for ($tries = 0; $tries < 100 && count(Gateway::getClientIdListByGroup('chat:php')) === 0; $tries++) usleep(50000);
    echo json_encode([Gateway::sendToGroup('chat:php', '进度'), Gateway::sendToClient($second, 'only you'), Gateway::sendToAll('all')  > 1]);
    Gateway::closeClient($second);
    Gateway::leaveGroup($first, 'chat:php');`;
    expect(await stage.php(script)).toBe("[true,false,2][1,1,true]");
    const isPushed = (text: string) => text !== "are you there" && !text.startsWith('{"type":"closing"');
    const heard = [`{"percent":"88%"} only you all`, `{"percent":"88%"} 进度 all`];
    await eventually(() =>
      expect(tabs.map(({ messages }) => messages.filter(isPushed).join(" ")).toSorted()).toEqual(heard),
    );
    expect((await Promise.race(tabs.map(({ closed }) => closed))).code).toBe(3503);
  },
);

test("nothing else of the hub is at the port of nginx for pages that name no path", async () => {
  const paths = ["/", "/metrics", "/api/info", "/ops/answers", "/connection/uni_sse"];
  const statuses = paths.map(async (path) => (await fetch(`http://127.0.0.1:${stage.plainPort}${path}`)).status);
  expect(await Promise.all(statuses)).toEqual(paths.map(() => 426));
});

// At the end, because it kills a gateway.
test("the page of a tutorial gets the very line in every tab, on every gateway, and a killed gateway leaves no ghost", async () => {
  const tabs: Tab[] = [];
  for (let tab = 0; tab < 5; tab++) tabs.push(await stage.openTab());
  await eventually(async () => expect(await stage.online("uid1")).toBe(5));
  const line = '{"uid":"uid1","percent":"88%"}';
  // As PHP writes it.
  const escaped = String.raw`{"uid":"uid1","percent":"\u8fdb\u5ea6"}`;
  const port = await stage.textPort();
  expect(await stage.php(senderOf(port, "['uid' => 'uid1', 'percent' => '88%']"))).toBe("ok\n");
  await eventually(() => expect(tabs.map(({ alerts }) => alerts)).toEqual(tabs.map(() => [line])));

  for (const tab of tabs.splice(0, 2)) await tab.close();
  await eventually(async () => expect(await stage.online("uid1")).toBe(3));
  expect(await stage.php(senderOf(port, "['uid' => 'uid1', 'percent' => '进度']"))).toBe("ok\n");
  await eventually(() => expect(tabs.map(({ alerts }) => alerts)).toEqual(tabs.map(() => [line, escaped])));

  const spread = await eventually(async () => {
    const found = await stage.connections();
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(3);
    return found;
  });
  const doomed = spread.findIndex((count) => count > 0);
  const left = 3 - (spread[doomed] ?? 0);
  await hub.gateways[doomed]?.kill();
  await eventually(async () => expect(await stage.online("uid1")).toBe(left), { timeoutMs: 15_000 });
  expect(await push("uid1", "there?")).toMatchObject({ body: { result: { delivered: left } } });
  await eventually(() => expect(tabs.filter(({ alerts }) => alerts.includes("there?"))).toHaveLength(left));
});
