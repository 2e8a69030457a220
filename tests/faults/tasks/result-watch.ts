import type { TaskRecord } from "@switchyard/tasks/task";
import { Redis } from "ioredis";

/** Every publication on every `task:<id>`, as gateways get them. */
export interface ResultWatch {
  /** The ends that were told of each task, in their order; more than one is one too many. */
  readonly ends: ReadonlyMap<string, readonly TaskRecord[]>;
  close(): void;
}

export async function watchResults(url: string): Promise<ResultWatch> {
  const ends = new Map<string, TaskRecord[]>();
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  redis.on("pmessage", (_pattern, _channel, payload: string) => {
    // A line of header, then the publication.
    const { data } = JSON.parse(payload.slice(payload.indexOf("\n") + 1)) as { data: TaskRecord };
    if (data.finishedAtMs !== null) ends.set(data.id, [...(ends.get(data.id) ?? []), data]);
  });
  await redis.psubscribe("sy:ch:{task:*");
  return { ends, close: () => redis.disconnect() };
}
