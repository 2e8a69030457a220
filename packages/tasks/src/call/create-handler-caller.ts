import { randomBytes, randomUUID } from "node:crypto";
import type { TaskId } from "@switchyard/protocol/task-id";
import { connectRedis } from "@switchyard/redis/connect-redis";
import { writeTogether } from "@switchyard/redis/lua-script";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { ScriptPlace } from "../redis/define-script.ts";
import { createCallKeys, laneOf } from "./call-keys.ts";
import { encodeCall } from "./call-message.ts";
import { callMaxMs, callPlace, callScripts } from "./call-scripts.ts";
import type { CallReply, HandlerCall, HandlerCaller } from "./handler-caller.ts";
import { PendingCalls } from "./pending-calls.ts";
import { type ReplyEar, openReplyEar } from "./reply-ear.ts";

export interface HandlerCallerOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  /** Whether a worker that is alive has the handler. May reject, when Redis does not answer. */
  readonly offers: (handler: string) => Promise<boolean>;
  /** Told of every call, once. */
  readonly onReply?: (call: HandlerCall, reply: CallReply, tookMs: number) => void;
  /** Calls that may wait in a lane, over all askers, and here in whatever state. */
  readonly waitingMax?: number;
}

const waitingDefault = 10_000;

/**
 * The asking side, over two connections: one that sends, and fails within 2 s when Redis is away, and one that hears the answers.
 * While nothing is asked neither sends anything.
 * @throws StartupError when Redis cannot be reached now.
 */
export async function createHandlerCaller(options: HandlerCallerOptions): Promise<HandlerCaller> {
  const { redis, logger } = options;
  const keys = createCallKeys(redis.prefix);
  const replyTo = keys.replies(randomUUID());
  const stack = createReleaseStack();
  const pending = new PendingCalls();
  try {
    const [commands, subscriber] = await Promise.all(
      (["calls", "call replies"] as const).map(async (role) => {
        const connection = await connectRedis({
          url: redis.url,
          patience: "fail-fast",
          logger: logger.child({ role }),
          connectionName: `switchyard-${role.replace(" ", "-")}`,
        });
        stack.defer(role, () => connection.disconnect());
        return connection;
      }),
    );
    if (commands === undefined || subscriber === undefined) throw new TypeError("two were opened");
    const ear = await openReplyEar(subscriber, { replyTo, pending, logger });
    stack.defer("pending calls", () => pending.settleAll({ kind: "failed", reason: "this process stops" }));
    const asker = { ...options, place: callPlace(commands, keys), replyTo, pending, ear };
    return {
      async call(call, signal) {
        const beganMs = performance.now();
        const reply = await ask(call, signal, asker);
        options.onReply?.(call, reply, performance.now() - beganMs);
        return reply;
      },
      get pending() {
        return pending.size;
      },
      close: () => stack.close(),
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

interface Asker extends HandlerCallerOptions {
  readonly place: ScriptPlace;
  readonly replyTo: string;
  readonly pending: PendingCalls;
  readonly ear: ReplyEar;
}

async function ask(call: HandlerCall, signal: AbortSignal | undefined, asker: Asker): Promise<CallReply> {
  const { pending, waitingMax = waitingDefault } = asker;
  const askedMs = performance.now();
  const leftMs = Math.floor(call.deadlineMs - askedMs);
  if (leftMs > callMaxMs) throw new RangeError("a call's deadline is by performance.now(), and a minute ahead at most");
  if (signal?.aborted === true) return { kind: "cancelled" };
  if (leftMs < 1) return { kind: "deadline" };
  if (pending.size >= waitingMax) return { kind: "overloaded" };
  // The form of a task's id: a result that is too large becomes one.
  const id = `t_${randomBytes(16).toString("base64url").slice(0, 21)}` as TaskId;
  const answer = pending.open(id, leftMs, () => asker.ear.doubt(askedMs));
  const onAbort = () => {
    if (pending.settle(id, { kind: "cancelled" })) void cancel(id, call, asker);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  void begin(id, call, asker).then((refusal) => refusal === undefined || pending.settle(id, refusal));
  try {
    return await answer;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Undefined: it waits in its lane, or may do so. */
async function begin(id: TaskId, call: HandlerCall, asker: Asker): Promise<CallReply | undefined> {
  const { offers, place, replyTo, ear, waitingMax = waitingDefault } = asker;
  try {
    if (!(await offers(call.handler))) return { kind: "no_worker" };
    // An answer that nobody hears would cost a worker its time.
    if (!ear.isOpen)
      return { kind: "failed", reason: "answers of workers are not heard: the connection to Redis is away" };
    const leftMs = Math.floor(call.deadlineMs - performance.now());
    if (leftMs < 1 || !asker.pending.has(id)) return undefined;
    writeTogether(place.redis);
    const message = encodeCall(call, replyTo);
    const verdict = await callScripts.beginCall.run(place, {
      id,
      lane: `${laneOf(call.source)}:${call.handler}`,
      message,
      leftMs,
      waitingMax,
    });
    return verdict === "full" ? { kind: "overloaded" } : undefined;
  } catch (error) {
    return { kind: "failed", reason: errorText(error) };
  }
}

async function cancel(id: TaskId, { stopsWithAsker = false }: HandlerCall, { place, logger }: Asker): Promise<void> {
  try {
    writeTogether(place.redis);
    await callScripts.cancelCall.run(place, { id, stops: stopsWithAsker ? 1 : 0 });
  } catch (error) {
    // It ends at its deadline.
    logger.debug({ err: error }, "call not cancelled");
  }
}
