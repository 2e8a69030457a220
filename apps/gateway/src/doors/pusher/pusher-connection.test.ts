import type { ChannelName } from "@switchyard/broker/channel-name";
import { type Disconnect, disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { ErrorName } from "@switchyard/protocol/error-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import { createPusherApps } from "@switchyard/pusher/apps";
import { sign } from "@switchyard/pusher/signature";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import type { Client } from "../../session/client.ts";
import { pusherClose } from "./close-codes.ts";
import { PusherConnection } from "./pusher-connection.ts";
import type { PusherLine } from "./pusher-line.ts";
import type { PusherShared } from "./services.ts";

const secret = "16 characters or more";
const watched = { id: "1", key: "shop-key", secret, namespace: "shop", watchlists: true };
const settings = checkSettings({
  channel: { namespaces: [{ name: "shop" }] },
  pusher: { apps: [watched] },
});
const [app] = createPusherApps(settings.pusher).all;

/** A client of a gateway that finds out with `failure` who is in a channel, or cannot. */
function connect(failure: ErrorName) {
  if (app === undefined) throw new Error("no app");
  const said: string[] = [];
  const closes: Disconnect[] = [];
  const client = {
    id: "1.2",
    state: "connected",
    subscriptions: new Map(),
    takePong: () => undefined,
    authenticate: () => undefined,
    disconnect: (disconnect: Disconnect) => void closes.push(disconnect),
  };
  const services = {
    client: { channel_limit: 10, insecure: true, user_connection_limit: 0 },
    rules: { resolve: (name: string) => ({ kind: "channel", name: name as ChannelName, options: {} }) },
    rooms: { hold: () => Promise.reject(new HubError(failure)) },
    hub: { connectionsOf: () => 0 },
    revocations: { isRevoked: () => false },
    metrics: { commands: { inc: () => undefined } },
  } as unknown as PusherShared;
  const line = { send: (message: Buffer) => void said.push(message.toString()) };
  const connection = new PusherConnection({
    app,
    client: client as unknown as Client,
    line: line as unknown as PusherLine,
    services,
    tellPositions: () => undefined,
  });
  const say = async (event: string, data: object) => {
    connection.frame(Buffer.from(JSON.stringify({ event, data })));
    await connection.finish();
  };
  return { say, said, closes };
}

const presence = { channel: "presence-1", channel_data: '{"user_id":"7"}' };

test.for(["internal", "outcomeUnknown"] as const)(
  "a subscription that fails in passing (%s) is no refusal, which clients take for good: the client comes back and asks again",
  async (failure) => {
    const { say, said, closes } = connect(failure);
    await say("pusher:subscribe", presence);
    expect(said).toEqual([]);
    expect(closes).toEqual([disconnectCodes.serverError]);
    expect(pusherClose(disconnectCodes.serverError).code).toBe(4100);
  },
);

test("so it is with a sign-in whose watchlist cannot be read", async () => {
  const { say, closes } = connect("internal");
  const user_data = '{"id":"7","watchlist":["8"]}';
  await say("pusher:signin", { user_data, auth: `shop-key:${sign(secret, `1.2::user::${user_data}`)}` });
  expect(closes).toEqual([disconnectCodes.serverError]);
});

test.each([
  ["an id with a control character", { id: "a\u0000" }, "user_data.id: must not contain control characters"],
  ["a watchlist that is no list", { id: "7", watchlist: "8" }, "user_data.watchlist: must be a list"],
  ["a watchlist with a number and nothing", { id: "7", watchlist: [7, null] }, "user_data.watchlist: must be a list"],
])("a sign-in with %s is refused and names the field", async (_case, user, problem) => {
  const { say, said, closes } = connect("internal");
  const user_data = JSON.stringify(user);
  await say("pusher:signin", { user_data, auth: `shop-key:${sign(secret, `1.2::user::${user_data}`)}` });
  expect(said.join()).toContain(problem);
  expect(said.join()).not.toContain("signin_success");
  expect(closes).toEqual([]);
});

test("a member whose id has a control character is refused and told the field", async () => {
  const { say, said } = connect("internal");
  await say("pusher:subscribe", { channel: "presence-1", channel_data: JSON.stringify({ user_id: "a\nb" }) });
  expect(said.join()).toContain("channel_data.user_id: must not contain control characters");
});

test("a subscription that will fail the next time as well is refused, and its connection goes on", async () => {
  const { say, said, closes } = connect("limitExceeded");
  await say("pusher:subscribe", presence);
  expect(said.join()).toContain("pusher:subscription_error");
  expect(closes).toEqual([]);
});
