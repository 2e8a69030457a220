import { byLane } from "../../lanes.ts";
import type { Redis } from "ioredis";
import type { ConnectionBatch } from "../../connection-index.ts";
import type { EventPolicy } from "../../event-outbox.ts";
import { connectionKeys } from "../keys.ts";
import { jsonText, lifeOfLease, nodeOfLease, textsOfEnd, packFields } from "./connection-entry.ts";
import { writeConnectionsScript, writeUsersScript } from "./connection-scripts.ts";

/** Where it is written, and what is told of it. */
export interface LaneWriting {
  readonly client: Redis;
  readonly prefix: string;
  readonly tells: EventPolicy;
  /** This Redis process. */
  readonly server: string;
}

type Part = Pick<ConnectionBatch, "lease" | "formerLease"> & Partial<ConnectionBatch>;

/** For how long it is kept when a user was last there. */
const seenKeptMs = 30 * 86_400_000;

/** What is known of clients, each in its lane. Returns how many events gave way. */
export async function writeRecords(
  { client, prefix, tells, server }: LaneWriting,
  { lease, formerLease = lease, open, subscriptions, closed }: Part,
): Promise<number> {
  const came = byLane(open ?? [], ([id]) => id);
  const moved = byLane(subscriptions ?? [], (change) => change.client);
  const went = byLane(closed ?? [], ([id]) => id);
  const common = {
    life: lifeOfLease(lease),
    node: nodeOfLease(lease),
    isTold: tells.connections ? 1 : 0,
    server,
    maxBytes: tells.laneMaxBytes,
  };
  const written = lanesOf(came, moved, went).map((lane) => {
    const { recordsOf, subscriptionsOf, waiting, meta } = connectionKeys(prefix, lane);
    const keys = {
      records: recordsOf(lease),
      former: recordsOf(formerLease),
      subscriptions: subscriptionsOf(lease),
      formerSubscriptions: subscriptionsOf(formerLease),
      waiting,
      meta,
    };
    const opened = came.get(lane)?.flatMap(([id, { facts, isKnown }]) => [id, isKnown ? "1" : "0", jsonText(facts)]);
    const moves = moved
      .get(lane)
      ?.flatMap((move) => [move.client, jsonText(move.user), move.channel, move.isIn ? "1" : "0"]);
    const ended = went.get(lane)?.flatMap(([id, { user, end }]) => [id, jsonText(user), ...textsOfEnd(end)]);
    const args = { open: packFields(opened), subscribed: packFields(moves), closed: packFields(ended) };
    return writeConnectionsScript.run(client, { keys, args: { ...args, ...common } });
  });
  return (await Promise.all(written)).reduce((sum, { gaveWay }) => sum + gaveWay, 0);
}

/** Which connections users have, each user in its lane. Returns the same. */
export async function writeUsers(
  { client, prefix, tells, server }: LaneWriting,
  { lease, formerLease = "", open, closed }: Part,
): Promise<number> {
  const came = byLane(named(Array.from(open ?? [], ([id, { facts }]) => [id, facts.user])), ([, user]) => user);
  const went = byLane(named(Array.from(closed ?? [], ([id, { user }]) => [id, user])), ([, user]) => user);
  const common = {
    keptMs: seenKeptMs,
    isTold: tells.users ? 1 : 0,
    vacantMs: tells.vacantMs,
    server,
    maxBytes: tells.laneMaxBytes,
  };
  const written = lanesOf(came, went).map((lane) => {
    const { users, seen, due, waiting, meta } = connectionKeys(prefix, lane);
    const changes = { came: packFields(came.get(lane)?.flat()), went: packFields(went.get(lane)?.flat()) };
    const args = { lease, formerLease, ...changes, ...common };
    return writeUsersScript.run(client, { keys: { users, seen, due, waiting, meta }, args });
  });
  return (await Promise.all(written)).reduce((sum, { gaveWay }) => sum + gaveWay, 0);
}

/** The anonymous user is nobody. */
function named(clients: readonly (readonly [client: string, user: string])[]) {
  return clients.map(([id, user]) => [id, user.toWellFormed()] as const).filter(([, user]) => user !== "");
}

function lanesOf(...maps: readonly ReadonlyMap<number, unknown>[]): number[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))];
}
