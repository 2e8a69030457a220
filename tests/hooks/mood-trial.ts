import { setTimeout as delay } from "node:timers/promises";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { createAsker, type Told } from "./asker.ts";
import type { HooksStage } from "./hooks-stage.ts";
import type { MoodCase } from "./moods.ts";

export interface LoadOptions {
  readonly seconds: number;
  /** Clients that ask, each for one thing after the other. */
  readonly askers: number;
  /** Clients that only listen, and must hear everything. */
  readonly listeners: number;
  /** Publications of the back end each second, which listeners hear. */
  readonly perSecond: number;
  /** Milliseconds between what one client asks for. */
  readonly pauseMs: number;
  /** Each command is the first one of a line of its own, as where each ends its line. */
  readonly reconnects?: boolean;
}

export interface LoadResult {
  readonly told: readonly Told[];
  /** The gateway's event loop, over the time of the load. */
  readonly lagP99Ms: number;
  /** Publications that some listener did not hear, and listeners that were closed. */
  readonly missed: number;
  readonly closedListeners: number;
}

const spreadMs = 600;

/** The same work with and without hooks: `asked` is a namespace that asks, `free` one that does not. */
export async function runLoad(
  stage: HooksStage,
  namespace: "asked" | "free",
  options: LoadOptions,
): Promise<LoadResult> {
  const listeners = await listen(stage, options.listeners);
  const url = stage.hub.websocketUrl();
  const untilMs = performance.now() + options.seconds * 1_000;
  const told: Told[] = [];
  await lagSinceLast(stage);
  const load = Array.from({ length: options.askers }, async (_, index) => {
    const asker = createAsker(url, stage.hub.token(`asker-${index}`), options.reconnects === true);
    // Clients do not act in step, and would else have their deadlines in step.
    await delay((index * spreadMs) / options.askers);
    for (let turn = 0; performance.now() < untilMs; turn++) {
      const channel = `${namespace}:${index}-${turn}`;
      told.push(await asker.ask("connect", namespace === "asked" ? {} : { token: stage.hub.token("guest") }));
      told.push(await asker.ask("subscribe", { channel }));
      told.push(await asker.ask("publish", { channel, data: { turn } }));
      await delay(options.pauseMs);
    }
    asker.close();
  });
  const [published] = await Promise.all([publish(stage, untilMs, options.perSecond), ...load]);
  const lagP99Ms = await lagSinceLast(stage);
  const heard = await Promise.all(
    listeners.map((peer) => eventually(() => mustHear(peer, published)).catch(() => peer.pushes.length)),
  );
  const closed = await Promise.all(listeners.map(isClosed));
  for (const peer of listeners) peer.terminate();
  return {
    told,
    lagP99Ms,
    missed: heard.reduce((sum, count) => sum + published - count, 0),
    closedListeners: closed.filter(Boolean).length,
  };
}

/** What of a mood is not as documented; nothing, if all is well. */
export function findFaults(
  { told, missed, closedListeners }: LoadResult,
  { told: expected }: MoodCase,
  timeoutMs: number,
): string[] {
  const wrong = told.filter(({ code, isClosed }) =>
    expected.kind === "closed" ? !(isClosed && code === expected.code) : isClosed || !expected.codes.includes(code),
  );
  const late = told.filter(({ afterMs }) => afterMs > timeoutMs + 1_500);
  return [
    ...(told.length === 0 ? ["nothing was asked"] : []),
    ...(wrong.length > 0
      ? [`${wrong.length} of ${told.length} heard something else, first ${JSON.stringify(wrong[0])}`]
      : []),
    ...(late.length > 0 ? [`${late.length} answers came late, first ${JSON.stringify(late[0])}`] : []),
    ...(missed > 0 ? [`listeners missed ${missed} publications`] : []),
    ...(closedListeners > 0 ? [`${closedListeners} listeners were closed`] : []),
  ];
}

/** The hooks that ask nobody at the moment. */
export async function openBreakers(stage: HooksStage): Promise<string[]> {
  const text = await metricsOf(stage);
  return Array.from(
    text.matchAll(/switchyard_gateway_hook_breaker_open\{hook="(\w+)",proxy="default"\} 1/g),
    ([, hook = ""]) => hook,
  );
}

async function listen(stage: HooksStage, count: number): Promise<CentrifugePeer[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const peer = await connectPeer(stage.hub.websocketUrl());
      await peer.call({ connect: { token: stage.hub.token(`listener-${index}`) } });
      await peer.call({ subscribe: { channel: "lobby" } });
      return peer;
    }),
  );
}

async function publish(stage: HooksStage, untilMs: number, perSecond: number): Promise<number> {
  let count = 0;
  while (performance.now() < untilMs) {
    await Promise.all([stage.hub.post("/api/publish", { channel: "lobby", data: count }), delay(1_000 / perSecond)]);
    count++;
  }
  return count;
}

function mustHear(peer: CentrifugePeer, count: number): number {
  if (peer.pushes.length < count) throw new Error(`${peer.pushes.length} of ${count} came`);
  return peer.pushes.length;
}

async function isClosed(peer: CentrifugePeer): Promise<boolean> {
  return Promise.race([peer.closed.then(() => true), delay(0).then(() => false)]);
}

/** Milliseconds; the gateway begins anew with each reading. */
async function lagSinceLast(stage: HooksStage): Promise<number> {
  const [, seconds] = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(await metricsOf(stage)) ?? [];
  return Number(seconds) * 1_000;
}

async function metricsOf(stage: HooksStage): Promise<string> {
  return (await fetch(`${stage.hub.gateways[0]?.url}/metrics`)).text();
}
