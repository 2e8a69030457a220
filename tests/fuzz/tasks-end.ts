import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isTaskId } from "@switchyard/protocol/task-id";
import type { FuzzHub } from "./fuzz-hub.ts";

export const queueKey = "{sy:tasks}:tasks:";
const recordKey = "{sy:tasks}:record:";

/** Nothing has ended for so long: what is left then never will. */
const patienceMs = 40_000;
/** Longer than anything waits that is not meant to. */
const farMs = 10_000;
const perRead = 1_000;

/** Tasks that an answer of the api names are to end, too. */
export function noteTasks(answer: string, enqueued: Set<string>): void {
  for (const [, id] of answer.matchAll(/"(t_[-\w]{21})"/g)) if (id !== undefined) enqueued.add(id);
}

export interface TaskEnds {
  readonly ended: number;
  /** Taken out of the queue by an operator before anybody had looked at it. */
  readonly removed: number;
  /** What never ends, and what the hub says of it. */
  readonly stuck: readonly string[];
}

/**
 * Waits until every task is settled that came into the queue, however it came. What somebody has paused goes on before, and
 * what is not due for long is cancelled: it must end by that.
 */
export async function awaitTaskEnds(hub: FuzzHub): Promise<TaskEnds> {
  await removeSchedules(hub);
  const names = new Set([...hub.enqueued, ...hub.written.map(nameOf)]);
  let ended = 0;
  let open = [...names];
  for (let progressAt = Date.now(); open.length > 0 && !hub.isOver;) {
    await letGo(hub);
    await cancelDelayed(hub, Date.now() - progressAt > patienceMs / 4 ? 0 : farMs);
    const left = await unsettled(hub, open);
    ended += open.length - left.length;
    if (left.length < open.length) progressAt = Date.now();
    open = left;
    if (Date.now() - progressAt > patienceMs || (await isQueueEmpty(hub))) break;
    await sleep(500);
  }
  open = await unsettled(hub, open);
  const known = await Promise.all(open.map((name) => hub.plainRedis.exists(recordKey + name, queueKey + name)));
  const stuck = open.filter((_, index) => known[index] !== 0);
  return {
    ended: names.size - open.length,
    removed: open.length - stuck.length,
    stuck: await Promise.all(stuck.slice(0, 20).map((name) => describe(hub, name))),
  };
}

/** A record's name: the id, or its hash where no task can be called so. */
function nameOf(id: Buffer): string {
  const text = id.toString();
  if (Buffer.from(text).equals(id) && isTaskId(text)) return text;
  return `sha1-${createHash("sha1").update(id).digest("hex")}`;
}

async function unsettled({ plainRedis }: FuzzHub, names: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (let at = 0; at < names.length; at += perRead) {
    const some = names.slice(at, at + perRead);
    const records = await plainRedis.mget(some.map((name) => recordKey + name));
    left.push(...some.filter((_, index) => !/"status":"(?:succeeded|failed|cancelled)"/.test(records[index] ?? "")));
  }
  return left;
}

async function isQueueEmpty({ plainRedis }: FuzzHub): Promise<boolean> {
  const sizes = await Promise.all([
    plainRedis.llen(`${queueKey}wait`),
    plainRedis.llen(`${queueKey}active`),
    plainRedis.zcard(`${queueKey}prioritized`),
    plainRedis.zcard(`${queueKey}delayed`),
  ]);
  return sizes.every((size) => size === 0);
}

/** The queue and all of its groups, whatever they were set to. */
async function letGo(hub: FuzzHub): Promise<void> {
  await hub.plainRedis.hdel(`${queueKey}meta`, "paused");
  const fields = await hub.plainRedis.hkeys(`${queueKey}g:settings`);
  const names = new Set(fields.map((field) => field.slice(2)));
  for (const name of names) {
    const path = `/v1/groups/${name === "" ? "-" : encodeURIComponent(name)}`;
    if (name !== "*") await call(hub, "POST", `${path}/resume`);
    await call(hub, "DELETE", `${path}/settings`);
  }
}

/** They would go on for ever. Until a page shows none, for a page may be cut by what cannot be listed. */
async function removeSchedules(hub: FuzzHub): Promise<void> {
  for (let ids: readonly string[] | undefined; ids?.length !== 0 && !hub.isOver;) {
    const { body } = await hub.get("/v1/schedules");
    ids = ((body as { schedules?: readonly { id: string }[] }).schedules ?? []).map(({ id }) => id);
    for (const id of ids) await call(hub, "DELETE", `/v1/schedules/${id}`);
  }
}

/** What is not due for long; and when nothing else is left, what somebody wants tried a thousand times. */
async function cancelDelayed(hub: FuzzHub, minMs: number): Promise<void> {
  const ids = await hub.plainRedis.zrangebyscore(`${queueKey}delayed`, (Date.now() + minMs) * 0x1000, "+inf");
  for (const id of ids) await call(hub, "POST", `/v1/tasks/${encodeURIComponent(id)}/cancel`);
}

async function call({ api, apiKey }: FuzzHub, method: string, path: string): Promise<void> {
  await (await fetch(api.url + path, { method, headers: { "x-api-key": apiKey } })).arrayBuffer();
}

async function describe(hub: FuzzHub, name: string): Promise<string> {
  const redis = hub.plainRedis;
  const [why, job, record, ...places] = await Promise.all([
    hub.get(`/v1/tasks/${encodeURIComponent(name)}/why`),
    redis.hgetall(queueKey + name).catch(String),
    redis.get(recordKey + name),
    redis.lpos(`${queueKey}wait`, name),
    redis.lpos(`${queueKey}active`, name),
    ...["prioritized", "delayed", "failed", "completed", "waiting-children"].map((list) =>
      redis.zscore(queueKey + list, name),
    ),
  ]);
  return `task ${name} never ends: ${JSON.stringify({ why: why.body, job, record, places })}`;
}
