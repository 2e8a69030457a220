import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { RunAttempt } from "../../task-worker.ts";
import { type CallWorker, type CallWorkerOptions, createCallWorker } from "../call-worker.ts";
import { createHandlerCaller, type HandlerCallerOptions } from "../create-handler-caller.ts";
import type { HandlerCall, HandlerCaller } from "../handler-caller.ts";

/** Askers and workers over a Redis of its own, gone after each test. Call it once, at the top of a file. */
export function useCalls() {
  const settings = checkSettings({});
  const logger = createLogger({ app: "test", level: "silent" });
  const state: { server?: TestRedis; redis?: Redis } = {};
  const open: { close(): Promise<void> }[] = [];
  const address = () => ({ url: state.server?.url ?? "", prefix: "test" });
  beforeAll(async () => {
    state.server = await startTestRedis();
    state.redis = new Redis(state.server.url);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await state.server?.flush();
  });
  afterAll(async () => {
    state.redis?.disconnect();
    await state.server?.close();
  });
  return {
    redis: () => state.redis as Redis,
    server: () => state.server as TestRedis,
    address,
    async openCaller(options: Partial<HandlerCallerOptions> = {}): Promise<HandlerCaller> {
      const caller = await createHandlerCaller({ redis: address(), logger, offers: async () => true, ...options });
      open.push(caller);
      return caller;
    },
    async startWorker(run: RunAttempt, options: Partial<CallWorkerOptions> = {}): Promise<CallWorker> {
      const worker = await createCallWorker({
        redis: address(),
        logger,
        settings: settings.tasks,
        handlers: new Set(["test"]),
        concurrency: 20,
        run,
        ...options,
      });
      open.push(worker);
      worker.start();
      return worker;
    },
  };
}

/** An rpc to the handler `test`, with five seconds' time. */
export function rpcOf(data: unknown, more: Partial<HandlerCall> = {}): HandlerCall {
  return {
    handler: "test",
    dataJson: JSON.stringify(data),
    deadlineMs: performance.now() + 5_000,
    source: "rpc",
    ...more,
  };
}
