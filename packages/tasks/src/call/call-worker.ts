import type { TaskId } from "@switchyard/protocol/task-id";
import { connectRedis } from "@switchyard/redis/connect-redis";
import { writeTogether } from "@switchyard/redis/lua-script";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import { TaskCancelled } from "../attempt/run-within.ts";
import type { ScriptPlace } from "../redis/define-script.ts";
import type { RecordAnnouncement } from "../redis/record-announcement.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import type { RunAttempt } from "../task-worker.ts";
import { within } from "../within.ts";
import { callLanes, createCallKeys } from "./call-keys.ts";
import { CallLaneReader } from "./call-lane-reader.ts";
import { decodeCall, encodeReply } from "./call-message.ts";
import { callPlace, callScripts, type TakenCall } from "./call-scripts.ts";
import { type EndedCall, runCall } from "./run-call.ts";

export interface CallWorkerOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly settings: Pick<Settings["tasks"], "result_ttl">;
  /** What it is asked for; calls of other handlers are left to other workers. */
  readonly handlers: ReadonlySet<string>;
  /** Calls of each lane at the same time. */
  readonly concurrency: number;
  /** The catalog, as tasks use it. */
  readonly run: RunAttempt;
  /** How a result that was too large for an answer becomes known as that of a task. */
  readonly announcement?: RecordAnnouncement;
  /** Told of every call that was run. */
  readonly onEnded?: (ended: EndedCall) => void;
}

/** The answering side of calls; see {@link HandlerCaller}. */
export interface CallWorker {
  start(): void;
  /** Takes nothing new, waits for the calls that run; at the deadline it aborts them, and their askers are told. */
  drain(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** What an aborted handler gets before its slot is given to the next call. */
const graceMs = 1_000;

/**
 * Over a connection for each lane, which waits for calls, one for commands, and one that hears of cancellations.
 * @throws StartupError when Redis cannot be reached now.
 */
export async function createCallWorker(options: CallWorkerOptions): Promise<CallWorker> {
  const { redis, logger, settings, concurrency, announcement } = options;
  const keys = createCallKeys(redis.prefix);
  const taskKeys = createTaskKeys(redis.prefix);
  const stack = createReleaseStack();
  const open = async (role: string) => {
    const connection = await connectRedis({ url: redis.url, patience: "wait", logger: logger.child({ role }) });
    stack.defer(role, () => connection.disconnect());
    return connection;
  };
  try {
    const commands = await open("calls");
    const place = callPlace(commands, keys);
    const recordPlace = {
      redis: commands,
      prelude: recordPrelude(taskKeys, announcement),
      slotKey: taskKeys.recordPrefix,
    };
    const running = new Map<TaskId, AbortController>();
    const resultTtlMs = parseDurationMs(settings.result_ttl);
    const parts: Parts = { ...options, commands, recordPlace, running, resultTtlMs };
    await watchCancelled(await open("cancelled calls"), keys.cancelChannel, parts);
    const take = (ids: readonly string[]) => {
      writeTogether(commands);
      return callScripts.takeCalls.run(place, { ids: ids.join(" ") });
    };
    const run = (taken: TakenCall) => answer(taken, parts);
    const readers = await Promise.all(
      callLanes.map(async (lane) => {
        const connection = await open(`calls: ${lane}`);
        return new CallLaneReader({
          connection,
          commands,
          keys: [...options.handlers].map((handler) => keys.lane(lane, handler)),
          slots: concurrency,
          take,
          run,
          logger,
        });
      }),
    );
    stack.defer("lanes", () => readers.forEach((reader) => reader.close()));
    /** A second drain waits for the same end. */
    let idle: Promise<unknown> | undefined;
    return {
      start() {
        for (const reader of readers) reader.start();
      },
      async drain(timeoutMs) {
        idle ??= Promise.all(readers.map((reader) => reader.stop()));
        if (await within(timeoutMs, idle)) return;
        for (const interrupt of running.values()) interrupt.abort(new Error("the worker stops"));
        await within(2 * graceMs, idle);
      },
      close: () => stack.close(),
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

interface Parts extends CallWorkerOptions {
  readonly commands: Redis;
  readonly recordPlace: ScriptPlace;
  readonly running: Map<TaskId, AbortController>;
  readonly resultTtlMs: number;
}

async function watchCancelled(subscriber: Redis, channel: string, { running, logger }: Parts): Promise<void> {
  // One that is missed in an outage ends at its deadline, which is near.
  const listen = () =>
    subscriber.subscribe(channel).catch((error: unknown) => {
      logger.debug({ err: error }, "listening for cancelled calls failed");
    });
  subscriber.on("message", (_channel: string, id: string) => {
    running.get(id as TaskId)?.abort(new TaskCancelled("nobody waits for the answer"));
  });
  subscriber.on("ready", () => void listen());
  await listen();
}

/** Runs a call and tells its asker; never rejects. */
async function answer(taken: TakenCall, parts: Parts): Promise<void> {
  const { commands, recordPlace, running, resultTtlMs, run, logger, onEnded } = parts;
  const { id } = taken;
  const interrupt = new AbortController();
  running.set(id, interrupt);
  try {
    const call = { ...taken, ...decodeCall(taken.message) };
    const ended = await runCall(call, { run, graceMs, interrupted: interrupt.signal, logger });
    onEnded?.(ended);
    const { reply, oversize } = ended;
    if (reply === undefined) return;
    const { handler, caller, replyTo } = call.message;
    if (oversize !== undefined)
      await callScripts.keepResult.run(recordPlace, {
        id,
        handler,
        user: caller?.user ?? "",
        result: oversize,
        resultTtlMs,
      });
    writeTogether(commands);
    await commands.publish(replyTo, encodeReply(id, reply));
  } catch (error) {
    // Its asker hears nothing, and ends it at its deadline.
    logger.warn({ reason: errorText(error), callId: id }, "call not answered");
  } finally {
    running.delete(id);
  }
}
