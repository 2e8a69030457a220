import { setTimeout as wait } from "node:timers/promises";
import type { Bench, BenchContext } from "../bench.ts";
import { awaitTotal } from "../load/await-total.ts";
import type { LoadCalls } from "../load/load-process.ts";
import { type CpuShares, watchCpu } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker, type Worker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import { createPayload } from "../publish/payload.ts";
import { centrifugo } from "./contenders/centrifugo.ts";
import { floor } from "./contenders/floor.ts";
import { socketIo } from "./contenders/socket-io.ts";
import { switchyard, switchyardFourTimes, switchyardTwice } from "./contenders/switchyard.ts";
import { formatHttpPublish } from "./format-http-publish.ts";
import type { HttpLoadCalls, HttpReading } from "./http-load-process.ts";
import { keptChannel, liveChannel, type PublishContender, type RunningPublishServer } from "./publish-contender.ts";

const usual = [switchyard, centrifugo, socketIo, floor];
const contenders = [...usual, switchyardTwice, switchyardFourTimes];

/**
 * How many publications a second does a back end get through over HTTP, with what takes and what delivers them on one core?
 *
 * Everybody gets requests of one client, with as many on their way, and has one subscriber, who proves that what was published
 * arrives.
 */
export const httpPublish: Bench = {
  name: "http-publish",
  question: "How many publications a second come in over HTTP and arrive, alone, in batches, and with history?",
  minutes: 5,
  contenders: contenders.map(({ name }) => name),
  async run(context) {
    const { options, quick, say } = context;
    const chosen =
      options.contenders === undefined ? usual : contenders.filter(({ name }) => options.contenders?.includes(name));
    const present: PublishContender[] = [];
    for (const contender of chosen) {
      const missing = await contender.missing?.();
      if (missing === undefined) present.push(contender);
      else say(`left out: ${missing}`);
    }
    const rows: PublishRow[] = [];
    for (let round = 1; round <= (options.rounds ?? (quick ? 1 : 3)); round += 1) {
      for (const contender of present) rows.push(...(await measureContender(contender, context)));
    }
    return { markdown: formatHttpPublish(rows), figures: { rows } };
  },
};

interface Question {
  readonly title: string;
  readonly connections: number;
  /** Publications in one request. */
  readonly batch: number;
  /** That of one request one may be begun before another is done. */
  readonly parallel?: boolean;
  readonly channel: string;
  /** Requests a second at fixed times; undefined: as fast as they are answered. */
  readonly ratePerSec?: number;
}

const questions: readonly [Question, ...Question[]] = [
  { title: "one a request, 64 at once", connections: 64, batch: 1, channel: liveChannel },
  { title: "the same with history", connections: 64, batch: 1, channel: keptChannel },
  { title: "parallel batches of 100, 8 at once", connections: 8, batch: 100, parallel: true, channel: liveChannel },
  { title: "the same batches with history", connections: 8, batch: 100, parallel: true, channel: keptChannel },
  { title: "batches as they are by default, in order", connections: 8, batch: 100, channel: liveChannel },
  { title: "one a request, 4,000 a second", connections: 64, batch: 1, channel: liveChannel, ratePerSec: 4_000 },
];

export interface PublishRow {
  readonly title: string;
  readonly question: string;
  readonly publishedPerSec: number;
  /** From the moment a request was sent, or due, to its answer. */
  readonly answerMs: HttpReading["latencyMs"];
  /** From there to the subscriber. */
  readonly arrivalMs: { readonly p50: number; readonly p99: number };
  readonly failed: number;
  readonly missing: number;
  /** What takes publications is `publishing1`, `publishing2`, …; what delivers them may be the same. */
  readonly cpu: CpuShares<string>;
}

async function measureContender(contender: PublishContender, context: BenchContext): Promise<PublishRow[]> {
  const { redis, options } = context;
  const { nodeOptions } = options;
  const server = await contender.start({ redisUrl: redis.url, core: serverCore, nodeOptions });
  const [load, client] = await Promise.all([
    startWorker<LoadCalls>({ module: workerModule("load/load-process"), core: loadCore }),
    startWorker<HttpLoadCalls>({ module: workerModule("http-publish/http-load-process"), core: loadCore }),
  ]);
  try {
    const { dialect } = contender;
    for (const channel of [liveChannel, keptChannel]) {
      await load.call("connect", { count: 1, port: server.port, channel, dialect });
    }
    const rows: PublishRow[] = [];
    const [first] = questions;
    // What has just been started is being compiled, and slower by half for seconds: the first question is asked once for nothing.
    if (!context.quick)
      await measure({ contender, question: first, server, load, client }, { ...context, say: () => {} });
    for (const question of questions) {
      if (question.channel === keptChannel && !contender.keepsHistory) continue;
      rows.push(await measure({ contender, question, server, load, client }, context));
    }
    return rows;
  } finally {
    await client.close();
    await load.close();
    await server.close();
  }
}

interface Scene {
  readonly contender: PublishContender;
  readonly question: Question;
  readonly server: RunningPublishServer;
  readonly load: Worker<LoadCalls>;
  readonly client: Worker<HttpLoadCalls>;
}

async function measure(scene: Scene, { redis, quick, say }: BenchContext): Promise<PublishRow> {
  const { contender, question, server, load, client } = scene;
  const { connections, batch, parallel = false, channel, ratePerSec } = question;
  const data = JSON.stringify(createPayload(0));
  const { total } = await load.call("read");
  const request = contender.request(channel, Array<string>(batch).fill(data), { parallel });
  await client.call("start", { ...request, ports: server.publishPorts, connections, ratePerSec });
  await wait(quick ? 200 : 1_000);
  await load.call("reset", { sampleEvery: 53 });
  const endWatch = await watchAll(scene, redis.pid);
  await client.call("reset");
  await wait(quick ? 300 : 3_000);
  const [reading, cpu, { latencyMs }] = [await client.call("read"), await endWatch(), await load.call("read")];
  const published = (await client.call("stop")) * batch;
  const missing = published - ((await awaitTotal(load, total + published)).total - total);
  const row: PublishRow = {
    title: contender.title,
    question: question.title,
    publishedPerSec: ((reading.answered * batch) / reading.elapsedMs) * 1_000,
    answerMs: reading.latencyMs,
    arrivalMs: { p50: latencyMs.p50, p99: latencyMs.p99 },
    failed: reading.failed,
    missing,
    cpu,
  };
  say(`${row.title}, ${row.question}: ${Math.round(row.publishedPerSec)}/s${reading.firstFailure ?? ""}`);
  return row;
}

function watchAll({ server, load, client }: Scene, redis: number) {
  const publishing = server.pids.publishing.map((pid, index) => [`publishing${index + 1}`, pid] as const);
  const { delivering } = server.pids;
  const onServerCore = [...publishing, ...(delivering === undefined ? [] : [["delivering", delivering] as const])];
  const onLoadCore = Object.entries({ redis, client: client.pid, subscriber: load.pid });
  return watchCpu<string>(
    Object.fromEntries([
      ...onServerCore.map(([name, pid]) => [name, { pid, core: serverCore }] as const),
      ...onLoadCore.map(([name, pid]) => [name, { pid, core: loadCore }] as const),
    ]),
  );
}
