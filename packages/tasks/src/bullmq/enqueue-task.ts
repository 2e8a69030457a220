import { Job, type Queue } from "bullmq";
import type { TaskId } from "@switchyard/protocol/task-id";
import { quietRecordTtlMs } from "@switchyard/protocol/task-record-key";
import type { AcceptedTask } from "../accept-request.ts";
import type { TaskKeys } from "../redis/task-keys.ts";
import type { Enqueued } from "../task-queue.ts";
import { TaskRejection } from "../task-rejection.ts";
import type { EnqueueBatches } from "./enqueue-batches.ts";
import type { GroupBackend } from "./groups/group-backend.ts";
import { jobOfTask } from "./job-mapping.ts";

export interface EnqueueParts {
  readonly queue: Queue;
  readonly backend: GroupBackend;
  readonly client: Awaited<GroupBackend["client"]>;
  readonly keys: TaskKeys;
  readonly batches: EnqueueBatches;
}

/** Idempotency keys outlive the task and its record: a producer may repeat a request a day later. */
const idempotencyTtlMs = 86_400_000;

/**
 * Job, idempotency key and place in the group come into being in one step; see admit.lua. Whoever is interrupted can
 * repeat the request under its key and nothing happens twice.
 * @throws TaskRejection when the key belongs to another request, or the group is full.
 */
export async function enqueueTask(
  { queue, backend, client, keys, batches }: EnqueueParts,
  task: AcceptedTask,
): Promise<Enqueued> {
  if (task.delayMs === 0) return readReply(await batches.add(task), task);
  // Of two requests with one key the first one counts.
  batches.flush();
  const { name, data, opts } = jobOfTask(task);
  const job = new Job(queue, name, data, opts, task.id).asJSON();
  backend.admissions.set(task.id, admissionOf(task, keys));
  try {
    // Not `queue.add`, which hands out an id at best, and not `addBulk`, which gives up all when one is refused. Up to the
    // command nothing is awaited: requests reach Redis in the order in which they were made.
    const pending = backend.addJobToTransaction(client, job, task.id) as unknown as Promise<AdmissionReply>;
    backend.admissions.delete(task.id);
    return readReply(await pending, task);
  } finally {
    backend.admissions.delete(task.id);
  }
}

/** What admit.lua wants to know of a task. */
export function admissionOf(task: AcceptedTask, keys: TaskKeys): readonly string[] {
  return [
    task.id,
    task.handler,
    task.group,
    task.user,
    String(task.attempts),
    String(task.resultTtlMs),
    String(quietRecordTtlMs + task.delayMs),
    task.digest,
    task.idempotencyKey === undefined ? "" : keys.idempotency(task.idempotencyKey),
    String(task.idempotencyTtlMs ?? idempotencyTtlMs + task.delayMs + task.resultTtlMs),
    task.delayMs > 0 ? "1" : "0",
    task.callbackUrl,
    String(task.dueAtMs ?? ""),
  ];
}

/** See admit.lua. */
export type AdmissionReply = readonly [
  verdict: "created" | "dropped" | "duplicate" | "conflict" | "full",
  detail: string,
];

function readReply([verdict, detail]: AdmissionReply, { id, group, user }: AcceptedTask): Enqueued {
  switch (verdict) {
    case "full":
      throw new TaskRejection(
        "group_full",
        "group",
        `holds ${detail} waiting tasks, which is its bound; try again later`,
      );
    case "conflict": {
      const problem = "was used with another request; choose a new key";
      throw new TaskRejection("idempotency_conflict", "idempotencyKey", problem);
    }
    case "duplicate":
      return { task: { id: detail as TaskId, group, user }, duplicate: true };
    default:
      return { task: { id, group, user }, duplicate: false };
  }
}
