import { authOf, userText } from "@switchyard/pusher/signature";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { keys, memberOf, rawClient } from "../doors/pusher-app.ts";
import { expectReached, openPlain } from "../doors/plain-client.ts";
import { freshUser, nowSeconds, startStage, type Stage } from "./stage.ts";

/** Who is kept out, at every door of two gateways. */
let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.closeTabs());
afterAll(() => stage?.hub.close());

describe("a blocked user", () => {
  const refused = { code: 3507, reason: "permission denied" };

  test("is out at once on every gateway and comes in by no door, until unblocked", async () => {
    const user = freshUser();
    const tabs = [await stage.tab(0, user), await stage.tab(1, user)];
    const plain = openPlain(stage.plainUrl(1), user);
    await expectReached(plain, (data) => stage.hub.post("/api/publish", { user, data }));
    const bystander = await stage.tab(1, freshUser());
    const block = `/v1/users/${user}/block`;
    expect((await stage.call("PUT", block, {})).body).toEqual({ user, blocked: true, untilMs: null, until: null });
    for (const { closed } of tabs) expect(await closed).toEqual(refused);
    expect((await plain.closed).code).toBe(3507);

    // A token from the future of the block, too.
    const token = stage.hub.token(user, { iat: nowSeconds() + 4 });
    for (const gateway of [0, 1]) {
      expect(await stage.outcomeOf(gateway, token)).toEqual(refused);
      expect((await openPlain(stage.plainUrl(gateway), user).closed).code).toBe(3507);
      const url = new URL(`http://127.0.0.1:${stage.hub.gateways[gateway]?.port}/connection/uni_sse`);
      url.searchParams.set("cf_connect", JSON.stringify({ token }));
      const uni = await fetch(url);
      expect(uni.status).toBe(403);
    }
    expect(await bystander.call({ rpc: {} })).toMatchObject({ error: {} });

    expect((await stage.call("DELETE", block)).body).toMatchObject({ blocked: false });
    await eventually(async () => expect(await stage.outcomeOf(1, token)).toHaveProperty("connect"));
  });

  test("cannot sign in at the Pusher door, and leaves the one channel in which somebody is them", async () => {
    const [user, id] = [freshUser(), freshUser()];
    const peer = await rawClient(stage.hub.gateways[1]?.port ?? 0);
    await peer.say("pusher:subscribe", memberOf(peer.socketId, "presence-den", id));
    await peer.hears("pusher_internal:subscription_succeeded");
    await stage.call("PUT", `/v1/users/shop:${id}/block`, {});
    expect(await peer.hears("pusher:subscription_error")).toContain("server unsubscribe");
    await peer.say("pusher:subscribe", memberOf(peer.socketId, "presence-den", id));
    const userData = JSON.stringify({ id });
    await peer.say("pusher:signin", { user_data: userData, auth: authOf(keys, userText(peer.socketId, userData)) });
    await eventually(() => expect(JSON.stringify(peer.said).match(/this user is shut out/g)).toHaveLength(2));
    // Others of the app come in.
    await peer.say("pusher:subscribe", memberOf(peer.socketId, "presence-den", user));
    await eventually(() =>
      expect(peer.said.filter(({ event }) => event.endsWith("subscription_succeeded"))).toHaveLength(2),
    );
    peer.close();
  });

  test("who is connecting in that very moment does not slip in", async () => {
    const user = freshUser();
    const token = stage.hub.token(user);
    const arriving = Array.from({ length: 40 }, (_, index) => stage.outcomeOf(index % 2, token));
    // In the middle of them, as they are let in.
    await Promise.race(arriving);
    const blocked = stage.call("PUT", `/v1/users/${user}/block`, {});
    const late = Array.from({ length: 20 }, (_, index) => stage.outcomeOf(index % 2, token));
    await Promise.all([...arriving, ...late, blocked]);
    // Whether it was let in before or refused after: nobody is left.
    for (const { closed } of stage.tabs) expect(await closed).toEqual(refused);
    await stage.eventuallyGet(`/v1/users/${user}/connections`, { connections: [] });
  });

  test("stays blocked when Redis has lost everything, also for a gateway that starts then", async () => {
    const user = freshUser();
    await stage.call("POST", "/api/block_user", { user, expire_at: nowSeconds() + 3_600 });
    await eventually(async () => expect(await stage.outcomeOf(1, stage.hub.token(user))).toEqual(refused));
    await stage.hub.redis.flush();
    await stage.eventuallyGet(`/v1/users/${user}/block`, { blocked: true, untilMs: expect.any(Number) });
    const late = await stage.hub.start("gateway");
    const peer = await connectPeer(`ws://127.0.0.1:${late.port}/connection/websocket`);
    peer.send({ id: 1, connect: { token: stage.hub.token(user) } });
    expect(await peer.closed).toEqual(refused);
    await late.stop();
  });

  test("has no way in through the renewal of a token that a connection of somebody else holds", async () => {
    const [user, other] = [freshUser(), freshUser()];
    await stage.call("PUT", `/v1/users/${user}/block`, {});
    const holder = await stage.tab(0, other);
    await eventually(async () => expect(await stage.outcomeOf(0, stage.hub.token(user))).toEqual(refused));
    holder.call({ refresh: { token: stage.hub.token(user) } }).catch(() => undefined);
    expect(await holder.closed).toEqual(refused);
    const subscriber = await stage.tab(0, other);
    const token = stage.hub.token(user, { channel: "vip:a" });
    subscriber.call({ subscribe: { channel: "vip:a", token } }).catch(() => undefined);
    expect(await Promise.race([subscriber.closed, eventually(() => subscriber.reply(2))])).toMatchObject({
      error: { code: 103 },
    });
  });
});

test("tokens are revoked by id, and a user's by the time they were issued, under Centrifugo's names", async () => {
  const user = freshUser();
  const stolen = await stage.tab(0, user, { jti: `${user}-stolen`, iat: nowSeconds() });
  const [old, fresh] = [
    await stage.tab(1, user, { iat: nowSeconds() - 600 }),
    await stage.tab(1, user, { iat: nowSeconds() }),
  ];
  expect((await stage.call("POST", "/api/revoke_token", { uid: `${user}-stolen` })).body).toEqual({ result: {} });
  expect(await stolen.closed).toEqual({ code: 3500, reason: "invalid token" });
  await stage.call("POST", "/api/invalidate_user_tokens", { user, issued_before: nowSeconds() - 60 });
  expect(await old.closed).toEqual({ code: 3503, reason: "force disconnect" });
  expect(await fresh.call({ rpc: {} })).toMatchObject({ error: {} });
});
