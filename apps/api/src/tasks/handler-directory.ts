import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { fateOf } from "@switchyard/redis/command-fate";
import type { Logger } from "@switchyard/runtime/logger";
import { nearestName } from "@switchyard/runtime/nearest-name";
import { ownValue } from "@switchyard/runtime/own-value";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { eventsHandler, isHubsOwn, webhookHandler } from "@switchyard/tasks/task";
import type { HandlerState, WorkerRegistry, WorkerState } from "@switchyard/tasks/worker-registry";
import { ApiError } from "../errors/api-error.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";

/** What the workers that are alive can run, as they registered it. */
export interface HandlerDirectory {
  /** The workers, each as it says of itself. */
  workers(): Promise<readonly WorkerState[]>;
  /** By name. A handler that workers have in different forms stands there once for each. */
  list(): Promise<RegisteredHandler[]>;
  /**
   * Why no task for this handler is taken; undefined when one is. It is taken when a worker has the handler, when no worker runs
   * at all (they are started later, and the queue is there to wait for them), when the settings say so, and when its connection
   * to Redis is away: then enqueueing, over another one, tells.
   * @throws ApiError `unavailable` when Redis does not answer: a second question would take its time as well, and nothing is
   *   lost by not having put it
   */
  refusal(handler: string): Promise<ApiError | undefined>;
}

export interface RegisteredHandler extends HandlerState {
  readonly queue: string;
  /** Workers that have it. */
  readonly workers: number;
  /** Attempts of it that run on them, as each said within the last 3 s. */
  readonly running: number;
}

export interface OpenHandlerDirectory {
  readonly settings: Pick<Settings, "redis" | "tasks">;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

/** A handler that was there this long ago is taken without asking Redis again; one that was not is always asked for. */
const freshMs = 5_000;

/** @throws StartupError when Redis cannot be used. */
export async function openHandlerDirectory(options: OpenHandlerDirectory): Promise<HandlerDirectory> {
  const { settings, logger, stack } = options;
  const { redis, tasks } = settings;
  const workers: WorkerRegistry = stack.use(
    await createRedisNodeRegistry<WorkerState>({ redis, logger, kind: "workers" }),
  );
  let known: ReadonlySet<string> = new Set();
  let knownUntilMs = 0;
  let reading: Promise<readonly WorkerState[]> | undefined;

  /** One reading for all who ask at the same time, as the tasks of a batch do. */
  function read(): Promise<readonly WorkerState[]> {
    reading ??= workers.list().finally(() => (reading = undefined));
    return reading;
  }

  return {
    workers: read,
    list: async () => countByHandler(await read()),
    async refusal(handler) {
      // They send only what the hub has signed, but their tasks may stand in lanes that are closed to others.
      if (handler === webhookHandler || handler === eventsHandler) return ownOfHub();
      // What cannot be a handler's name is refused by the queue, in its own words.
      if (!/^[-\w.]{1,64}$/.test(handler) || isHubsOwn(handler)) return undefined;
      if (tasks.unknown_handlers === "accept" || (known.has(handler) && performance.now() < knownUntilMs))
        return undefined;
      const alive = await orUnavailable(read().catch(orNoneKnown));
      known = new Set(alive.flatMap((worker) => worker.handlers.map(({ name }) => name)));
      knownUntilMs = performance.now() + freshMs;
      return alive.length === 0 || known.has(handler) ? undefined : handlerUnknown(handler, [...known]);
    },
  };
}

/** A question that was not put took no time either. */
function orNoneKnown(error: unknown): readonly WorkerState[] {
  if (fateOf(error) !== "refused") throw error;
  return [];
}

function countByHandler(alive: readonly WorkerState[]): RegisteredHandler[] {
  const counted = new Map<string, RegisteredHandler>();
  for (const { queue, handlers, running: ofWorker = {} } of alive) {
    for (const handler of handlers) {
      const { concurrency = 0, ...own } = handler;
      const key = JSON.stringify([own.name, own.kind, own.version, concurrency, queue]);
      const known = counted.get(key);
      const workers = (known?.workers ?? 0) + 1;
      const running = (known?.running ?? 0) + (ownValue(ofWorker, own.name) ?? 0);
      counted.set(key, { ...own, ...(concurrency > 0 && { concurrency }), queue, workers, running });
    }
  }
  return [...counted.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function ownOfHub(): ApiError {
  return new ApiError("invalid_request", "handler: is the hub's own and cannot be asked for", { field: "handler" });
}

/** Enough to see that it is another hub's list, or an old one. */
const toldMax = 10;

function theyHave(known: readonly string[]): string {
  if (known.length === 0) return "They have none.";
  const told = known.toSorted().slice(0, toldMax);
  const more = known.length > toldMax ? ` and ${known.length - toldMax} more` : "";
  return `They have ${told.map((name) => `\`${name}\``).join(", ")}${more}.`;
}

function handlerUnknown(handler: string, known: readonly string[]): ApiError {
  const nearest = nearestName(handler, known);
  const meant = nearest === undefined ? "" : `; did you mean \`${nearest}\`?`;
  const message =
    `handler: no running worker has a handler called \`${handler}\`${meant === "" ? "." : meant} ${theyHave(known)} ` +
    "Declare it under `handlers` in the settings and restart the workers; `GET /v1/handlers` lists what they have.";
  return new ApiError("handler_unknown", message, { field: "handler" });
}
