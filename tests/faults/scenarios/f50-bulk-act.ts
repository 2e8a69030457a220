import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { eventually } from "@switchyard/testkit/eventually";
import { unless, type Outcome, type Scenario } from "../scenario.ts";
import { type BulkWatch, watchBulkAct, type WatchedAct } from "../tasks/bulk-watch.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

interface Size {
  readonly failed: number;
  readonly groups: number;
  readonly perSecond: number;
}
const short: Size = { failed: 600, groups: 50, perSecond: 200 };
const long: Size = { failed: 50_000, groups: 1_000, perSecond: 1_000 };
/** Of them fail again when they are retried. */
const neverShare = 20;
const late = 20;

/** The stage's own line to Redis gives up what is not answered within two seconds, and shares the machine with all of this. */
const atOnce = 200;
const lookEveryMs = 200;
/** One step a second is promised; a process on two cores that others use may be late by a half. */
const stillMaxMs = 1_500;
/** The hold of whoever was killed, the look of whoever takes over, and the same half. */
const takeoverMaxMs = 6_000 + 1_000 + 1_500;
const abortMaxMs = 2_000;

/** Test 16 of the console, without its pages, and the api that does it is killed in its midst. */
export const bulkActUnderFire: Scenario = {
  id: "F50",
  promise:
    "all that failed is retried by filter, each task once although two ask for it and the api that does it is killed; what fails since is left alone, and an abort holds at once",
  run: ({ isLong }) => {
    const module = fileURLToPath(new URL("../tasks/mend-handler.ts", import.meta.url));
    const options = {
      workers: 1,
      apis: 2,
      handlers: { mend: { kind: "module", module } },
      worker: { concurrency: 50 },
    };
    return withTaskStage(options, (stage) => attack(stage, isLong ? long : short));
  },
};

async function attack(stage: TaskStage, size: Size): Promise<Outcome> {
  const ids = await fail(stage, { groups: size.groups, count: size.failed });
  await stage.queue.groups.configure(abortedGroup, { concurrency: null });
  const toAbort = await fail(stage, { groups: abortedGroup, count: size.failed / 10 });
  await writeFile(mendedFlag(stage), "");

  const abort = await abortOne(stage, toAbort.length);
  const { untilMs, matched, isComplete, countMs } = await count(stage);
  const lateIds = await fail(stage, { groups: late, count: late, isNever: true });
  const most = Math.floor(size.failed / 3);
  const [first, second] = await Promise.all([
    begin(stage, { filter: mainFilter, perSecond: size.perSecond, untilMs, api: 0 }),
    begin(stage, { filter: mainFilter, perSecond: size.perSecond, untilMs, api: 1, limit: most }),
  ]);
  const { killedAt, stillMs, tookMs } = await killInTheMidst(stage, [first, second], size.failed / 10);
  await stage.idle(300_000);
  const courses = await judge(stage, ids, lateIds);
  const abortedLater = (await stage.request(`/v1/bulk-acts/${abort.id}`, { api: 1 })).body as WatchedAct;
  return {
    figures: {
      "failed tasks": size.failed,
      "counted, in ms": `${isComplete ? "" : "at least "}${matched}, ${Math.round(countMs)}`,
      "abort answered in ms": Math.round(abort.tookMs),
      "done before the abort": abort.done,
      "done by the first before its api was killed": killedAt,
      "done by the first and the second": `${first.act.done}/${second.act.done}`,
      "tasks a second, all in all": Math.round(size.failed / (tookMs / 1_000)),
      "longest stillness before the kill in ms": Math.round(stillMs),
      "until another api went on in ms": Math.round(first.stillMs),
      executions: courses.executions,
    },
    broken: [
      ...abort.broken,
      ...unless(abortedLater.done === abort.done, `an aborted act went on from ${abort.done} to ${abortedLater.done}`),
      // Counting is broken off after two seconds, and says so.
      ...unless(matched === size.failed || (!isComplete && matched < size.failed), `${matched} were counted`),
      ...unless(first.act.status === "finished", `the act of the killed api is ${first.act.status}`),
      ...unless(first.act.done > killedAt, "nobody went on with the act of the killed api"),
      ...unless(first.act.done + second.act.done === size.failed, "what was done is not what there was to do"),
      ...unless(stillMs <= stillMaxMs, `no progress for ${stillMs} ms`),
      // Either api may have had the second.
      ...[first, second].flatMap(({ act, stillMs: left }) =>
        unless(left <= takeoverMaxMs, `nobody took ${act.id} over for ${left} ms`),
      ),
      ...courses.broken,
    ],
  };
}

/** Those of no group but one are looked at one by one; those of a group are looked up. */
const mainFilter = { user: "main" };
const abortedGroup = "aborted";
const mendedFlag = (stage: TaskStage) => `${stage.log}.mended`;

interface Failing {
  /** In so many, or all in the one that is aborted. */
  readonly groups: number | typeof abortedGroup;
  readonly count: number;
  readonly isNever?: boolean;
}

/** @returns their ids, once all have failed for good */
async function fail(stage: TaskStage, { groups, count: many, isNever = false }: Failing) {
  const [log, mended] = [stage.log, mendedFlag(stage)];
  const ids: string[] = [];
  while (ids.length < many) {
    const some = Array.from({ length: Math.min(atOnce, many - ids.length) }, (_, index) => {
      const at = ids.length + index;
      const name = isNever || at % neverShare === 0 ? "never" : "mends";
      const place =
        groups === abortedGroup ? { group: abortedGroup } : { group: `g${at % groups}`, user: mainFilter.user };
      return { handler: "mend", attempts: 1, data: { log, mended, name }, ...place };
    });
    for (const one of await stage.queue.enqueueMany(some)) if ("task" in one) ids.push(one.task.id);
  }
  await stage.idle(300_000);
  return ids;
}

async function count(stage: TaskStage) {
  const beganMs = performance.now();
  const body = { act: "retry", filter: mainFilter };
  const answer = await stage.request("/v1/bulk-acts/count", { method: "POST", body });
  return {
    ...(answer.body as { matched: number; isComplete: boolean; untilMs: number }),
    countMs: performance.now() - beganMs,
  };
}

interface Begin {
  readonly filter: object;
  readonly perSecond: number;
  readonly untilMs?: number;
  readonly limit?: number;
  readonly api: number;
}

/** Asked of one api, and followed at the second, which lives. */
async function begin(stage: TaskStage, { api, ...asked }: Begin): Promise<BulkWatch> {
  const body = { act: "retry", ...asked };
  const answer = await stage.request("/v1/bulk-acts", { method: "POST", body, api });
  return watchBulkAct(stage, answer.body as WatchedAct, 1);
}

async function abortOne(stage: TaskStage, matched: number) {
  const watch = await begin(stage, {
    filter: { group: abortedGroup },
    perSecond: Math.min(1_000, matched / 4),
    api: 0,
  });
  while ((await watch.look()).done < matched / 4) await sleep(lookEveryMs / 4);
  const beganMs = performance.now();
  const answer = await stage.request(`/v1/bulk-acts/${watch.act.id}/abort`, { method: "POST" });
  const tookMs = performance.now() - beganMs;
  const { id, done, status } = answer.body as WatchedAct;
  return {
    id,
    done,
    tookMs,
    broken: [
      ...unless(status === "aborted" && done < matched, `the abort left ${status} at ${done} of ${matched}`),
      ...unless(tookMs <= abortMaxMs, `the abort took ${tookMs} ms`),
    ],
  };
}

/** Kills the api that has the first act, for good, when so many are done; until both are over. */
async function killInTheMidst(stage: TaskStage, [first, second]: readonly [BulkWatch, BulkWatch], after: number) {
  const beganMs = performance.now();
  const watches = [first, second];
  const look = async () => Promise.all(watches.map((watch) => watch.look()));
  while (first.act.done < after && first.act.status === "running") {
    await look();
    await sleep(lookEveryMs);
  }
  const stillMs = Math.max(...watches.map((watch) => watch.stillMs));
  await stage.apis[0]?.close();
  for (const watch of watches) watch.reset();
  const killedAt = (await first.look()).done;
  while ((await look()).some(({ status }) => status === "running")) await sleep(lookEveryMs);
  return { killedAt, stillMs, tookMs: performance.now() - beganMs };
}

/** Each was asked to run again once, ran once more, and those that failed since were not touched. */
async function judge(stage: TaskStage, ids: readonly string[], lateIds: readonly string[]) {
  const runs = Map.groupBy(stage.effects(), ({ task }) => task);
  const retries = await countRetries(stage, [...ids, ...lateIds]);
  const wrong = (expected: number, of: readonly string[]) => of.filter((id) => retries.get(id) !== expected).length;
  const [notOnce, touched] = [wrong(1, ids), wrong(0, lateIds)];
  const ran = (expected: number, of: readonly string[]) => of.filter((id) => runs.get(id)?.length !== expected).length;
  const [notTwice, again] = [ran(2, ids), ran(1, lateIds)];
  return {
    executions: [...runs.values()].reduce((sum, { length }) => sum + length, 0),
    broken: [
      ...unless(notOnce === 0, `${notOnce} tasks were not retried once`),
      ...unless(touched === 0, `${touched} tasks were retried that failed after the click`),
      ...unless(notTwice === 0, `${notTwice} tasks did not run once before and once after`),
      ...unless(again === 0, `${again} tasks ran again that failed after the click`),
    ],
  };
}

async function countRetries(stage: TaskStage, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const retries = new Map<string, number>();
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = ids.slice(from, from + atOnce);
    const courses = await eventually(() => Promise.all(some.map((id) => stage.queue.course(id))), {
      timeoutMs: 60_000,
    });
    for (const [at, course] of courses.entries()) retries.set(some[at] ?? "", course?.acts.length ?? -1);
  }
  return retries;
}
