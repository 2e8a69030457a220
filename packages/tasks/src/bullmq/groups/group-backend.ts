import { raw2NextJobData, type RedisQueueBackend } from "bullmq";
import { isUtf8 } from "node:buffer";
import { isTaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import { repeatRefused, slowRefused } from "../../redis/passing-refusal.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { readableJob } from "../readable-job.ts";
import { TakenTask } from "../taken-task.ts";
import {
  type EndOptions,
  endingArgs,
  endOptions,
  finishOf,
  type Keeping,
  type OptionsOfWorker,
  optionsOfJob,
} from "./end-arguments.ts";
import { type Finish, FinishBatches, type SendFinishes } from "./finish-batches.ts";
import { reconcileGroups } from "./rebuild-index.ts";
import { Handovers, type Ending } from "./handovers.ts";
import { type HeardReply, type HeardTask, parseTold, type RawReply, readReply } from "./heard-reply.ts";
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
  readonly #own: OwnParts;
  /** Of usual ends, by what is kept of the job. */
  readonly #commons = new Map<unknown, Finish["common"]>();

  constructor(own: OwnParts, ...parameters: ConstructorParameters<typeof RedisQueueBackend>) {
    super(...parameters);
    this.#own = own;
    this.#finishes = new FinishBatches(
      own.concurrency,
      async (args) =>
        this.#exec(await this.client, "moveToFinished", [this.toKey(""), ...args]) as ReturnType<SendFinishes>,
    );
  }

  override execCommand(...[client, name, args]: Parameters<RedisQueueBackend["execCommand"]>): unknown {
    if (!Object.hasOwn(wrappedScripts, name)) return super.execCommand(client, name, args) as unknown;
    const tokenAt = tokenPositions[name as WrappedName];
    const token = tokenAt === undefined ? undefined : String(args[tokenAt] ?? "");
    if (token === undefined) {
      return name === "moveToActive"
        ? this.#hear(slowRefused(() => this.#exec(client, name, args)))
        : this.#exec(client, name, args);
    }
    const ending = this.#say(token);
    const send =
      name === "moveToFinished"
        ? () => this.#finishes.add(finishOf(args, ending))
        : () => this.#exec(client, name, [...args.slice(0, endingPositions[name as WrappedName]), ...ending]);
    return this.#hear(repeatRefused(send, this.#own.logger), { name, token });
  }

  #exec(...[client, name, args]: Parameters<RedisQueueBackend["execCommand"]>): Promise<unknown> {
    return super.execCommand(client, this.#own.tag + name, args) as Promise<unknown>;
  }

  /** Behind the stock arguments stands what `finishOf` makes of them. */
  protected override moveToFinishedArgs(...parameters: Parameters<RedisQueueBackend["moveToFinishedArgs"]>) {
    const [{ opts }, , , shouldRemove, target, token] = parameters;
    return [
      ...super.moveToFinishedArgs(...parameters),
      token,
      optionsOfJob(opts, this.#optionsOf(shouldRemove, target)),
    ];
  }

  #optionsOf(shouldRemove: Keeping, target: string): EndOptions {
    const options = this.queue.opts as OptionsOfWorker;
    const ofWorker = target === "completed" ? options.removeOnComplete : options.removeOnFail;
    return endOptions(options, this.getKeepJobs(shouldRemove, ofWorker));
  }

  /**
   * The usual end of an attempt: its task has succeeded, and is neither a parent nor a child of another. What BullMQ's own way here does
   * for each task costs as much as the whole attempt, and comes to the same.
   * @throws ReplyError, or as the stock script has refused it; the ending was told then.
   */
  async complete(task: TakenTask, { value, ending, wantsNext }: Completion): Promise<Next> {
    const { token, id } = task;
    const common = this.#commonOf(task.options.values["removeOnComplete"] as Keeping);
    const own = [id, String(Date.now()), value, wantsNext ? "1" : "0", "", token, ...endingArgs(ending)];
    const finish = { common, own };
    const told = await this.#finishes.add(finish).catch(async (error: unknown) => {
      let isFirst = true;
      return repeatRefused(async () => {
        if (!isFirst) return this.#finishes.add(finish);
        isFirst = false;
        throw error;
      }, this.#own.logger);
    });
    if (typeof told !== "string") {
      ending?.onEnded(undefined);
      throw this.finishedErrors({ code: Number(told), jobId: id, command: "moveToFinished", state: "active" });
    }
    const reply = parseTold(told);
    if (reply.dropped > 0) this.handovers.lettersDropped(reply.dropped);
    ending?.onEnded(reply.ended);
    return { ...reply, task: reply.task && (await this.#taken(reply.task, token)) };
  }

  #commonOf(keep: Keeping): Finish["common"] {
    // Objects come from one text each, so the same one is the same object as a rule.
    let common = this.#commons.get(keep);
    if (common === undefined) {
      common = [JSON.stringify(this.#optionsOf(keep, "completed")), "completed", "returnvalue"];
      if (this.#commons.size >= commonsMax) this.#commons.clear();
      this.#commons.set(keep, common);
    }
    return common;
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

  /** A wait that has ended has taken the mark that ended it; whoever takes nothing hands it on. */
  async wakeNext(): Promise<void> {
    await this.#own.connection.zadd(this.toKey("marker"), 0, "0");
  }

  /** Who has paused the queue is asked by whoever waits for a task. Other clients leave it open. */
  override async pause(pause: boolean): Promise<void> {
    if (pause) await this.setQueueMeta({ pausedBy: "on the dashboard" });
    else await this.removeQueueMetaFields(["pausedBy"]);
    await super.pause(pause);
  }

  override async moveStalledJobsToWait(): ReturnType<RedisQueueBackend["moveStalledJobsToWait"]> {
    const lost = await super.moveStalledJobsToWait();
    await reconcileGroups(this.#own.place);
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
      return await this.#own.connection.hgetall(this.toKey(jobId));
    } catch (error) {
      if (String(error).includes("WRONGTYPE")) return {};
      throw error;
    }
  }

  #say(token: string): readonly string[] {
    const ending = this.handovers.ending(token);
    return ending === undefined ? [token] : [token, ...endingArgs(ending)];
  }

  async #hear(pending: Promise<unknown>, ended?: { readonly name: string; readonly token: string }): Promise<unknown> {
    const raw = await pending;
    const { name = "moveToActive", token } = ended ?? {};
    if (!Array.isArray(raw) && typeof raw !== "string") {
      if (token !== undefined) this.handovers.endingRefused(token);
      return raw;
    }
    const reply = typeof raw === "string" ? parseTold(raw) : readReply(raw as unknown as RawReply);
    if (reply.dropped > 0) this.handovers.lettersDropped(reply.dropped);
    const task = reply.task && (await this.#taken(reply.task, token ?? ""));
    if (task !== undefined) this.handovers.take(task);
    if (token !== undefined) this.handovers.endingWritten(token, reply.ended);
    if (name === "moveJobFromActiveToWait") return (raw as unknown[])[0];
    return name === "retryJob" ? 0 : [task?.jobFields() ?? 0, task?.id ?? 0, reply.limitMs, reply.lookAtMs];
  }

  #taken(heard: HeardTask, token: string): TakenTask | Promise<TakenTask> {
    const { fields } = heard;
    return fields === undefined || fields.some((text) => text.includes("\ufffd"))
      ? this.#read(heard, token)
      : new TakenTask({ ...heard, fields, token });
  }

  /** Fields that could not be told apart, or may not be what was written: what is no UTF-8 becomes U+FFFD, but that may also have been meant. */
  async #read(heard: HeardTask, token: string): Promise<TakenTask> {
    const { connection } = this.#own;
    const key = this.toKey(heard.id);
    const fields = heard.fields ?? Object.entries(await connection.hgetall(key)).flat();
    const written = await connection.hmgetBuffer(key, "data", "opts");
    const isText = written.every((bytes) => bytes === null || isUtf8(bytes));
    return new TakenTask({ ...heard, fields, token, ...(!isText && { problem: "its texts are not UTF-8" }) });
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

export interface Completion {
  /** JSON. */
  readonly value: string;
  readonly ending: Ending | undefined;
  readonly wantsNext: boolean;
}

const commonsMax = 100;

/** What came with the end of an attempt. */
export type Next = Omit<HeardReply, "task"> & { readonly task: TakenTask | undefined };

// Keys and arguments in one list, as BullMQ gives them.
const tokenPositions: Partial<Record<WrappedName, number>> = {
  moveToFinished: 23,
  moveToDelayed: 14,
  retryJob: 15,
  moveJobFromActiveToWait: 10,
};
/** Where the stock arguments end. */
const endingPositions: Partial<Record<WrappedName, number>> = {
  moveToDelayed: 20,
  retryJob: 17,
  moveJobFromActiveToWait: 12,
};
