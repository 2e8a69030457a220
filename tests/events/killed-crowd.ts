import { setTimeout as delay } from "node:timers/promises";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { type EventReceiver, startEventReceiver } from "./event-receiver.ts";
import { judge } from "./oracle.ts";
import type { JoinsOutcome } from "./random-joins.ts";

export interface KilledCrowd {
  /** At a gateway that is killed, beside another with a quarter as many; then as many come to a third, which is killed as well. */
  readonly clients: number;
  /** For how long Redis is away, from the second kill on. */
  readonly awayMs: number;
}

const secret = "whsec_c2VjcmV0IG9mIHR3ZW50eS1mb3VyIGJ5dGVzIG9yIG1vcmU=";

/** Gateways are killed under a crowd: how long it takes until all of it is told to have gone, and whether each is told once. */
export async function killCrowds({ clients, awayMs }: KilledCrowd): Promise<JoinsOutcome> {
  const receiver = await startEventReceiver(secret);
  const receivers = [{ name: "trial", url: receiver.url, secret }];
  const hub = await startHub({ gateways: 2, settings: { events: { kinds: ["connections", "users"], receivers } } });
  try {
    const [staying, doomed] = [await crowd(hub, 0, clients / 4), await crowd(hub, 1, clients)];
    await opened(receiver, [...staying, ...doomed]);
    const killedMs = performance.now();
    await hub.gateways[1]?.kill();
    await closed(receiver, doomed);
    const toldMs = Math.round(performance.now() - killedMs);

    const third = await hub.start("gateway");
    const others = await crowd(hub, third.port, clients);
    await opened(receiver, others);
    hub.redis.signal("SIGSTOP");
    await third.kill();
    await delay(awayMs);
    hub.redis.signal("SIGCONT");
    const backMs = performance.now();
    await closed(receiver, others);
    const toldLaterMs = Math.round(performance.now() - backMs);
    await delay(5_000);

    const truth = new Set(staying.flatMap(({ id, user }) => [`conn:${id}`, `user:${user}`]));
    await eventually(() => expectNothing(judge(receiver.told, truth)), { timeoutMs: 20_000 }).catch(() => undefined);
    const broken = judge(receiver.told, truth);
    if (toldMs > 13_000) broken.push(`the last one was told ${toldMs} ms after the kill`);
    if (receiver.unsigned > 0) broken.push(`${receiver.unsigned} requests were not signed`);
    const ends = receiver.told.filter(({ type }) => type === "connection.closed");
    const figures = {
      "connections of the killed gateways": doomed.length + others.length,
      "told closed": ends.length,
      "by as many ids": new Set(ends.map(({ id }) => id)).size,
      "ms until all of the first were told": toldMs,
      "ms Redis was away": awayMs,
      "ms from its return until all of the second were told": toldLaterMs,
      requests: receiver.requests.size,
    };
    return { figures, broken };
  } finally {
    await hub.close();
    await receiver.close();
  }
}

interface Member {
  readonly id: string;
  readonly user: string;
}

/** @param at a gateway's number, or a port */
async function crowd(hub: Hub, at: number, count: number): Promise<Member[]> {
  const url = at < hub.gateways.length ? hub.websocketUrl(at) : `ws://127.0.0.1:${at}/connection/websocket`;
  const members: Member[] = [];
  for (let start = 0; start < count; start += 100) {
    const some = Array.from({ length: Math.min(100, count - start) }, async (_, index) => {
      const user = `u${at}-${start + index}`;
      const peer = await connectPeer(url);
      const { connect } = (await peer.call({ connect: { token: hub.token(user) } })) as { connect: { client: string } };
      return { id: connect.client, user };
    });
    members.push(...(await Promise.all(some)));
  }
  return members;
}

function opened(receiver: EventReceiver, members: readonly Member[]): Promise<void> {
  return untilTold(receiver, members, "connection.opened");
}

function closed(receiver: EventReceiver, members: readonly Member[]): Promise<void> {
  return untilTold(receiver, members, "connection.closed");
}

async function untilTold(receiver: EventReceiver, members: readonly Member[], type: string): Promise<void> {
  await eventually(
    () => {
      const keys = new Set(receiver.told.flatMap((event) => (event.type === type ? [event.key] : [])));
      expectNothing(members.filter(({ id }) => !keys.has(`conn:${id}`)).map(({ id }) => id));
    },
    { timeoutMs: 90_000, everyMs: 20 },
  );
}

function expectNothing(list: readonly string[]): void {
  if (list.length > 0) throw new Error(`${list.length}, such as ${list[0]}`);
}
