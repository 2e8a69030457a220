import { createChannelRules } from "@switchyard/broker/channel-rules";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { expect, test } from "vitest";
import type { Rate } from "../../entrance/rate-limit.ts";
import { createGatewayMetrics } from "../../metrics/gateway-metrics.ts";
import type { Client } from "../../session/client.ts";
import { refuse } from "../../session/refusal.ts";
import { Sessions } from "../../session/sessions.ts";
import { CommandIntake } from "./command-intake.ts";
import type { CentrifugeServices } from "./services.ts";
import { jsonForm } from "./wire-form.ts";

interface IntakeSettings {
  /** Whoever connects is let in. */
  readonly isOpen?: boolean;
  readonly commandRate?: Rate;
}

/** An intake whose client is nobody in particular, and everything that is done to that and said to it, in order. */
function createIntake({ isOpen = true, commandRate }: IntakeSettings = {}) {
  const events: string[] = [];
  const settings = checkSettings({ client: { insecure: isOpen } });
  let pingCount = 0;
  let holds = 0;
  const client = {
    id: "c",
    user: "",
    state: "connecting" as Client["state"],
    subscriptions: new Map(),
    knocked() {},
    introduce() {},
    authenticate() {},
    connected: () => void (events.push("connected"), (client.state = "connected")),
    refuse: () => void (events.push("refused"), (client.state = "refused")),
    takePong: () => pingCount-- > 0,
    disconnect({ code }: { readonly code: number }) {
      if (client.state !== "closed") events.push(`closed ${code}`);
      client.state = "closed";
    },
  };
  // What the commands below ask for; subscriptions and Redis are not among it.
  const services = {
    client: settings.client,
    sessions: new Sessions(),
    revocations: { isRevoked: () => false, isBlocked: () => false },
    rules: createChannelRules(settings.channel),
    metrics: createGatewayMetrics(),
    logger: createLogger({ app: "test", level: "fatal" }),
    node: { uid: "n", version: "v" },
    pingSeconds: 25,
    rpc: { answer: async () => refuse("notAvailable") },
    commandRate,
  } as unknown as CentrifugeServices;
  const send = (message: Buffer) => {
    const { id, error } = JSON.parse(message.toString()) as { id: number; error?: { code: number } };
    events.push(error === undefined ? `${id} done` : `${id} error ${error.code}`);
  };
  const line = { send, pause() {}, resume() {}, holdBack: () => void (holds += 1) };
  const form = jsonForm(0);
  const broken: string[] = [];
  const onBroken = (problem: string) => void broken.push(problem);
  const intake = new CommandIntake({ client: client as unknown as Client, form, line, services, onBroken });
  return {
    events,
    broken,
    client,
    holds: () => holds,
    ping: () => void pingCount++,
    /** One frame; resolves when what is in it has been seen to. */
    say: async (...commands: readonly string[]) => {
      intake.frame(Buffer.from(commands.join("\n")));
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const connect = '{"id":1,"connect":{}}';
const rpc = (id: number) => `{"id":${id},"rpc":{}}`;

test("a client connects once, before everything else, and is in right behind the answer", async () => {
  const good = createIntake();
  await good.say(connect, rpc(2));
  expect(good.events).toEqual(["1 done", "connected", "2 error 108"]);
  await good.say('{"id":3,"connect":{}}');
  expect(good.events.slice(3)).toEqual(["closed 3501"]);

  const early = createIntake();
  await early.say(rpc(1));
  expect(early.events).toEqual(["closed 3501"]);
});

test("the answer to connect waits for that of a command which came with it, and for none that comes later", async () => {
  const together = createIntake();
  await together.say(connect, rpc(2), rpc(3));
  expect(together.holds()).toBe(1);

  const apart = createIntake();
  await apart.say(connect);
  await apart.say(rpc(2));
  expect(apart.holds()).toBe(0);
});

test("of a client whose connect was refused nothing more is run, and what it says next ends it", async () => {
  const { events, say } = createIntake({ isOpen: false });
  await say(connect, rpc(2));
  expect(events).toEqual(["refused", "1 error 101"]);
  await say(rpc(3));
  expect(events.slice(2)).toEqual(["closed 3501"]);
});

test("a pong is taken once for each ping, and otherwise breaks the protocol", async () => {
  const { events, say, ping } = createIntake();
  await say(connect);
  ping();
  await say("{}");
  expect(events).toEqual(["1 done", "connected"]);
  await say("{}");
  expect(events.slice(2)).toEqual(["closed 3501"]);
});

test("commands in front of a broken one are answered, those behind it are not, in this frame or the next", async () => {
  const { events, say } = createIntake();
  await say(connect, rpc(2), "broken", rpc(3));
  await say(rpc(4));
  expect(events).toEqual(["1 done", "connected", "2 error 108", "closed 3501"]);
});

test("above the rate a command is refused, a message is dropped, and who goes on is closed", async () => {
  const { events, say } = createIntake({ commandRate: { perSecond: 1, burst: 2 } });
  await say(connect, rpc(2), rpc(3));
  expect(events.slice(2).toSorted()).toEqual(["2 error 108", "3 error 108"]);
  await say('{"send":{"data":1}}', rpc(4));
  expect(events.slice(4)).toEqual(["4 error 111"]);
  await say(rpc(5));
  expect(events.slice(5)).toEqual(["closed 3013"]);
});

test("a field that is not served, and data nobody else could read, are refused by name", async () => {
  const { events, say } = createIntake();
  await say(connect, '{"id":2,"subscribe":{"channel":"a","type":1}}');
  await say(`{"id":3,"publish":{"channel":"a","data":${"[".repeat(5_000)}${"]".repeat(5_000)}}}`);
  expect(events.slice(2)).toEqual(["2 error 108", "3 error 107"]);
});

test.each([
  ["hello", "not JSON"],
  ['{"id":1,"rpc":{}}', "command before connect"],
  ['{"id":1,"connect":{},"rpc":{}}', "more than one method"],
])("who breaks the protocol by %s is sent away, and the log can say why", async (said, problem) => {
  const { say, events, broken } = createIntake();
  await say(said);
  expect(events).toEqual(["closed 3501"]);
  expect(broken).toEqual([problem]);
});
