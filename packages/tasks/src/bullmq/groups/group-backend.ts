import { raw2NextJobData, type RedisQueueBackend } from "bullmq";
import { isUtf8 } from "node:buffer";
import { isTaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import type { GroupName } from "../../group-name.ts";
import { derivedRecord } from "../../redis/derived-record.ts";
import { parseRecord } from "../../redis/record-fields.ts";
import { repeatRefused, slowRefused } from "../../redis/passing-refusal.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { type ReadableJob, readableJob } from "../readable-job.ts";
import { FinishBatches, type SendFinishes } from "./finish-batches.ts";
import { reconcileGroups } from "./rebuild-index.ts";
import { Handovers, type Begun, type Ended } from "./handovers.ts";
import { SteppedBackend } from "./stepped-backend.ts";
import { wrappedScripts, type WrappedName } from "./wrap-script.ts";

/**
 * BullMQ's access to Redis with our scripts in place of its own. Every script goes through {@link execCommand}, the one
 * place where it is swapped; what our side wants to say to a script travels behind BullMQ's own arguments, and what the
 * script answers beyond BullMQ's own reply is taken out again here.
 */
export class GroupBackend extends SteppedBackend {
  readonly handovers = new Handovers();
  /** What the script that adds a delayed job is told of tasks of ours, by id; see admit.lua. */
  readonly admissions = new Map<string, readonly string[]>();
  readonly #finishes: FinishBatches;
  readonly #tag: string;
  readonly #logger: Logger | undefined;
  readonly #connection: Redis;
  readonly #place: ScriptPlace;

  constructor(own: OwnParts, ...parameters: ConstructorParameters<typeof RedisQueueBackend>) {
    super(...parameters);
    this.#tag = own.tag;
    this.#logger = own.logger;
    this.#connection = own.connection;
    this.#place = own.place;
    this.#finishes = new FinishBatches(
      own.concurrency,
      async (args) => this.#exec(await this.client, "moveToFinished", args) as ReturnType<SendFinishes>,
    );
  }

  override execCommand(...[client, name, args]: Parameters<RedisQueueBackend["execCommand"]>): unknown {
    if (!Object.hasOwn(wrappedScripts, name)) return super.execCommand(client, name, args) as unknown;
    const tokenAt = tokenPositions[name as WrappedName];
    const token = tokenAt === undefined ? undefined : String(args[tokenAt] ?? "");
    // The token of `moveToFinished` is packed with other options; moveToFinishedArgs has put it behind them.
    const list =
      token === undefined ? args : [...args.slice(0, endingPositions[name as WrappedName]), ...this.#say(token)];
    const send =
      name === "moveToFinished"
        ? () => this.#finishes.add(list, String(args[keptAt]))
        : () => this.#exec(client, name, list);
    if (token !== undefined) return this.#hear(repeatRefused(send, this.#logger), name, token);
    return name === "moveToActive" ? this.#hear(slowRefused(send), name, token) : send();
  }

  #exec(...[client, name, args]: Parameters<RedisQueueBackend["execCommand"]>): Promise<unknown> {
    return super.execCommand(client, this.#tag + name, args) as Promise<unknown>;
  }

  protected override moveToFinishedArgs(...parameters: Parameters<RedisQueueBackend["moveToFinishedArgs"]>) {
    const [, , , shouldRemove, , token] = parameters;
    return [...super.moveToFinishedArgs(...parameters), token, JSON.stringify(shouldRemove ?? null)];
  }

  // Of ours only those with a delay come this way; behind the job stands what admit.lua wants to know.
  protected override addDelayedJobArgs(...parameters: Parameters<RedisQueueBackend["addDelayedJobArgs"]>) {
    return this.#admitted(parameters[0].id, super.addDelayedJobArgs(...parameters));
  }

  /** Marks carry moments of Redis' clock. Who is woken by one looks, and is told by its own clock how long to wait. */
  override async waitForJob(blockTimeout: number): ReturnType<RedisQueueBackend["waitForJob"]> {
    const marker = await super.waitForJob(blockTimeout);
    return marker === null ? null : { ...marker, score: 0 };
  }

  /** Who has paused the queue is asked by whoever waits for a task. Other clients leave it open. */
  override async pause(pause: boolean): Promise<void> {
    if (pause) await this.setQueueMeta({ pausedBy: "on the dashboard" });
    else await this.removeQueueMetaFields(["pausedBy"]);
    await super.pause(pause);
  }

  override async moveStalledJobsToWait(): ReturnType<RedisQueueBackend["moveStalledJobsToWait"]> {
    const lost = await super.moveStalledJobsToWait();
    await reconcileGroups(this.#place);
    return lost;
  }

  #admitted(id: string, args: (string | Buffer)[]): (string | Buffer)[] {
    return [...args, ...(this.admissions.get(id) ?? [])];
  }

  /** By whatever id a dashboard was asked for: beside the jobs lie names of the queue itself. */
  override async getJobData(jobId: string): ReturnType<RedisQueueBackend["getJobData"]> {
    if (!isTaskId(jobId)) return undefined;
    const raw = Object.entries(await this.#hashOf(jobId)).flat();
    if (raw.length === 0) return undefined;
    return raw2NextJobData([readableJob(raw).fields, jobId, 0, 0])[0] ?? undefined;
  }

  /** What lies under an id may be no hash: then there is no job. */
  async #hashOf(jobId: string): Promise<Record<string, string>> {
    try {
      return await this.#connection.hgetall(this.toKey(jobId));
    } catch (error) {
      if (String(error).includes("WRONGTYPE")) return {};
      throw error;
    }
  }

  #say(token: string): readonly string[] {
    const ending = this.handovers.ending(token);
    if (ending === undefined) return [token];
    return [token, ending.fence, ...ending.fields];
  }

  async #hear(pending: Promise<unknown>, name: string, token: string | undefined): Promise<unknown> {
    const reply = await pending;
    if (!Array.isArray(reply)) {
      if (token !== undefined) this.handovers.endingRefused(token);
      return reply;
    }
    const [job, id, limit, delay, begun, ended, dropped = 0] = reply as RawReply;
    if (dropped > 0) this.handovers.lettersDropped(dropped);
    const readable = Array.isArray(job) ? await this.#read(job as string[], String(id)) : undefined;
    if (begun) {
      const { dataText = "null", problem } = readable ?? {};
      const known = readBegun(begun);
      const record =
        known.record ??
        (known.verdict === "begun" ? derivedRecord(String(id), known.group, job as string[]) : undefined);
      this.handovers.begin(String(id), { ...known, record, dataText, problem });
    }
    if (token !== undefined) this.handovers.endingWritten(token, ended ? readEnded(ended) : undefined);
    if (name === "moveJobFromActiveToWait") return job;
    // By this worker's clock, which is what it renews locks by; in Redis stands the time by Redis'.
    return name === "retryJob"
      ? 0
      : [readable === undefined ? job : [...readable.fields, "processedOn", String(Date.now())], id, limit, delay];
  }

  async #read(raw: readonly string[], id: string): Promise<ReadableJob> {
    const job = readableJob(raw);
    // What is no UTF-8 has become U+FFFD on the way here, but that may also have been meant.
    if (job.problem !== undefined || !raw.some((text) => text.includes("\ufffd"))) return job;
    const written = await this.#connection.hmgetBuffer(this.toKey(id), "data", "opts");
    return written.every((bytes) => bytes === null || isUtf8(bytes))
      ? job
      : { ...job, problem: "its texts are not UTF-8" };
  }
}

export interface OwnParts {
  /** Stands before the names of our scripts. */
  readonly tag: string;
  /** A worker's; 1 for others, which end nothing as a rule. */
  readonly concurrency: number;
  readonly logger: Logger | undefined;
  readonly connection: Redis;
  readonly place: ScriptPlace;
}

type RawReply = [
  unknown,
  unknown,
  unknown,
  unknown,
  [GroupName, string, Begun["verdict"], string | null]?,
  [Ended["verdict"], string | null]?,
  number?,
];

function readBegun([group, fence, verdict, record]: NonNullable<RawReply[4]>) {
  return { group, fence, verdict, record: record === null ? undefined : parseRecord(record) };
}

function readEnded([verdict, record]: NonNullable<RawReply[5]>): Ended {
  return { verdict, record: record === null ? undefined : parseRecord(record) };
}

// Keys and arguments in one list, as BullMQ gives them.
const tokenPositions: Partial<Record<WrappedName, number>> = {
  moveToFinished: 23,
  moveToDelayed: 14,
  retryJob: 15,
  moveJobFromActiveToWait: 10,
};
/** Behind the token of `moveToFinished`. */
const keptAt = 24;
/** Where the stock arguments end. */
const endingPositions: Partial<Record<WrappedName, number>> = {
  moveToFinished: 23,
  moveToDelayed: 20,
  retryJob: 17,
  moveJobFromActiveToWait: 12,
};
