import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openPlain } from "../doors/plain-client.ts";
import { freshUser, startStage, type Answer, type Stage } from "./stage.ts";

/** Who is connected, and what back ends do with them, on two gateways. */
let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.closeTabs());
afterAll(() => stage?.hub.close());

const listed = (connections: Answer["connections"]) => connections.map(({ client }) => client).toSorted();

describe("who is connected", () => {
  test("is listed by page, by user, by door and by gateway, and no more once the line is closed", async () => {
    const user = freshUser();
    const [one, two] = [await stage.tab(0, user, { meta: { tenant: 7 } }), await stage.tab(1, user)];
    const plain = openPlain(stage.plainUrl(0), user);
    const path = `/v1/users/${user}/connections`;
    const { connections } = await eventually(async () => {
      const { body } = await stage.call("GET", path);
      expect(body.connections).toHaveLength(3);
      return body;
    });
    const mine = connections.find(({ client }) => client === one.client);
    expect(mine).toMatchObject({ user, door: "centrifuge", transport: "websocket", protocol: "json", name: "js" });
    expect(mine).toMatchObject({ meta: { tenant: 7 }, connectedAt: expect.stringMatching(/^20.*Z$/) });

    const get = async (query: string) => (await stage.call("GET", `/v1/connections${query}`)).body;
    const { cursor, connections: first } = await get(`?user=${user}&limit=2`);
    const { connections: rest, cursor: end } = await get(`?user=${user}&limit=2&cursor=${cursor}`);
    expect(listed([...first, ...rest])).toEqual(listed(connections));
    expect(end).toBeNull();
    expect(listed((await get("?door=plain&limit=1000")).connections)).toContain(
      connections.find(({ door }) => door === "plain")?.client,
    );
    const onOther = await get(`?node=${connections.find(({ client }) => client === two.client)?.node}&limit=1000`);
    expect(listed(onOther.connections)).toContain(two.client);
    expect(listed(onOther.connections)).not.toContain(one.client);

    plain.socket.close();
    await Promise.all([one.close(), two.close()]);
    await stage.eventuallyGet(path, { connections: [], cursor: null });
    expect((await stage.call("GET", `/v1/connections/${one.client}`)).body).toMatchObject({
      error: { code: "connection_unknown", field: "client" },
    });
  });

  test("is told one by one with its channels, which its gateway alone is asked for, a second at most", async () => {
    const user = freshUser();
    const far = await stage.tab(1, user);
    const { client } = far;
    await far.call({ subscribe: { channel: "news:a" } });
    const path = `/v1/connections/${client}`;
    const channels = [
      { channel: `user:${user}`, serverSide: true },
      { channel: "news:a", serverSide: false },
    ];
    await stage.eventuallyGet(path, { client, channels, expiresAtMs: expect.any(Number) });
    expect((await stage.call("POST", "/api/connections", { user })).body).toMatchObject({
      result: { connections: { [client]: { user, state: { channels: { "news:a": {}, [`user:${user}`]: {} } } } } },
    });
    stage.hub.gateways[1]?.signal("SIGSTOP");
    try {
      const sinceMs = performance.now();
      expect((await stage.call("GET", path)).body).toMatchObject({ client, channels: null, partial: true });
      expect((await stage.call("POST", `${path}/close`, {})).body).toMatchObject({
        error: { code: "outcome_unknown" },
      });
      expect(performance.now() - sinceMs).toBeLessThan(4_000);
      // The other gateway's connections are told at once meanwhile.
      const { client: near } = await stage.tab(0, user);
      await stage.eventuallyGet(`/v1/connections/${near}`, { client: near, channels: [{ channel: `user:${user}` }] });
    } finally {
      stage.hub.gateways[1]?.signal("SIGCONT");
    }
  });

  test("users are online while any of their tabs is, and last seen when the last one goes", async () => {
    const [ann, ben] = [freshUser(), freshUser()];
    const tabs = [await stage.tab(0, ann), await stage.tab(1, ann)];
    await stage.eventuallyGet(`/v1/users/${ann}/status`, {
      user: ann,
      online: true,
      connections: 2,
      lastSeenAtMs: null,
    });
    await tabs[0]?.close();
    await stage.eventuallyGet(`/v1/users/${ann}/status`, { online: true, connections: 1 });
    await tabs[1]?.close();
    const { lastSeenAtMs } = await stage.eventuallyGet(`/v1/users/${ann}/status`, { online: false, connections: 0 });
    expect(Math.abs(lastSeenAtMs - Date.now())).toBeLessThan(10_000);
    expect((await stage.call("POST", "/v1/users/status", { users: [ben, ann] })).body).toMatchObject({
      statuses: [
        { user: ben, online: false, lastSeenAt: null },
        { user: ann, online: false, lastSeenAtMs },
      ],
    });
    await stage.call("POST", "/api/update_user_status", { users: [ben] });
    const { result } = (await stage.call("POST", "/api/get_user_status", { users: [ann, ben] })).body;
    expect(result).toEqual({
      statuses: [
        { user: ann, online: Math.floor(lastSeenAtMs / 1_000) },
        { user: ben, active: expect.any(Number) },
      ],
    });
  });
});

describe("a connection", () => {
  test("is closed alone, with the code and the words of the back end", async () => {
    const user = freshUser();
    const [gone, stays] = [await stage.tab(1, user), await stage.tab(1, user)];
    const close = `/v1/connections/${gone.client}/close`;
    expect((await stage.call("POST", close, { code: 4501, reason: "signed out" })).body).toEqual({ connections: 1 });
    expect(await gone.closed).toEqual({ code: 4501, reason: "signed out" });
    expect(await stays.call({ rpc: {} })).toMatchObject({ error: {} });
    expect(await stage.call("POST", close, {})).toMatchObject({ status: 404, body: { error: { field: "client" } } });
    const rest = await stage.call("POST", `/v1/users/${user}/close`, { except: [stays.client] });
    expect(rest.body).toEqual({ connections: 0 });
    await stage.call("POST", `/v1/users/${user}/close`, {});
    expect(await stays.closed).toMatchObject({ code: 3503 });
  });

  test("leaves channels and enters others in one act, as all of a user's do", async () => {
    const user = freshUser();
    const [one, two] = [await stage.tab(0, user), await stage.tab(1, user)];
    for (const peer of [one, two]) await peer.call({ subscribe: { channel: "news:a" } });
    const move = { unsubscribe: ["news:a"], subscribe: ["vip:b"] };
    expect((await stage.call("POST", `/v1/connections/${one.client}/channels`, move)).body).toEqual({ connections: 1 });
    for (const kind of ["unsubscribe", "subscribe"]) {
      expect(await one.nextPush((push) => kind in push)).toMatchObject({
        channel: kind === "subscribe" ? "vip:b" : "news:a",
      });
    }
    expect(two.pushes).toEqual([]);
    expect((await stage.call("POST", `/v1/users/${user}/channels`, move)).body).toEqual({ connections: 2 });
    expect(await two.nextPush((push) => "subscribe" in push)).toMatchObject({ channel: "vip:b" });
    await stage.hub.post("/api/publish", { channel: "vip:b", data: 1 });
    for (const peer of [one, two])
      expect(await peer.nextPush((push) => "pub" in push)).toMatchObject({ pub: { data: 1 } });
  });

  test("has notes, begun by its token, replaced and changed to the digit, and kept when its token is renewed", async () => {
    const user = freshUser();
    const noted = await stage.tab(1, user, { meta: { tenant: 7 } });
    const { client } = noted;
    const path = `/v1/connections/${client}/meta`;
    expect((await stage.call("PATCH", path, { meta: { page: "/orders" } })).body).toEqual({
      client,
      meta: { tenant: 7, page: "/orders" },
    });
    const raw = await fetch(stage.hub.api.url + path, {
      method: "PUT",
      headers: { "x-api-key": stage.hub.apiKey, "content-type": "application/json" },
      body: '{"meta":{"order":9007199254740993}}',
    });
    expect(await raw.text()).toContain('"meta":{"order":9007199254740993}');
    await noted.call({ refresh: { token: stage.hub.token(user) } });
    await stage.eventuallyGet(`/v1/users/${user}/connections`, {
      connections: [{ client, meta: { order: expect.any(Number) } }],
    });
    const big = await stage.call("PATCH", path, { meta: { more: "x".repeat(16_384) } });
    expect(big).toMatchObject({
      status: 400,
      body: { error: { field: "meta", message: expect.stringContaining("16384 bytes") } },
    });
    expect(await stage.call("PUT", path, { meta: [1] })).toMatchObject({
      status: 400,
      body: { error: { field: "meta" } },
    });
  });

  test("is sent a message of its own, which the SDK shows as one and a plain client as the text", async () => {
    const user = freshUser();
    const [one, other] = [await stage.tab(1, user), await stage.tab(1, user)];
    const data = { text: "only this tab" };
    expect((await stage.call("POST", `/v1/connections/${one.client}/message`, { data })).body).toEqual({
      connections: 1,
    });
    expect(await one.nextPush()).toEqual({ message: { data } });
    expect(other.pushes).toEqual([]);
    const plainUser = freshUser();
    const plain = openPlain(stage.plainUrl(1), plainUser);
    const { connections } = await eventually(async () => {
      const { body } = await stage.call("GET", `/v1/users/${plainUser}/connections`);
      expect(body).toMatchObject({ connections: [{ door: "plain" }] });
      return body;
    });
    await stage.call("POST", `/v1/connections/${connections[0]?.client}/message`, { data: "hello" });
    await eventually(() => expect(plain.messages).toEqual(["hello"]));
  });
});

test.each([
  ["POST", "/v1/connections/c/close", { code: 2999 }, "code"],
  ["POST", "/v1/connections/c/close", { reason: "é".repeat(62) }, "reason"],
  ["POST", "/v1/connections/c/channels", {}, "subscribe"],
  ["POST", "/v1/connections/c/channels", { subscribe: ["news:a", "nowhere:b"] }, "subscribe[1]"],
  ["POST", "/v1/connections/c/message", {}, "data"],
  ["PUT", "/v1/users/u/block", { until: "2001-01-01T00:00:00Z" }, "until"],
  ["PUT", "/v1/users/u/block", { until: 4_102_444_800 }, "until"],
  ["GET", `/v1/users/${"%20".repeat(241)}/status`, undefined, "user"],
  ["POST", "/v1/users/status", { users: ["ann", ""] }, "users[1]"],
  ["GET", "/v1/connections?cursor=x", undefined, "cursor"],
  ["GET", "/v1/connections?door=back", undefined, "door"],
])("%s %s with %j is refused at %s", async (method, path, body, field) => {
  const { status, body: answer } = await stage.call(method, path, body);
  expect({ status, ...answer.error }).toMatchObject({ status: 400, field });
});
