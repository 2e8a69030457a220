import type { EnqueueRequest } from "../task-queue.ts";
import { type ScheduleSpec, targetOf } from "../schedule-spec.ts";

/** What a schedule asks the queue for; `id` names the lane of a schedule whose tasks wait for each other. */
export function scheduledTask(spec: ScheduleSpec, id: string): EnqueueRequest {
  const { overlap } = spec;
  const request = targetOf(spec);
  const waits = overlap === "queue" || overlap === "buffer_one";
  return waits && request.group === undefined ? { ...request, group: laneOf(id) } : request;
}

/** At most the 128 characters of a group's name: an id may have as many by itself. */
function laneOf(id: string): string {
  return id.length <= 119 ? `schedule:${id}` : id;
}
