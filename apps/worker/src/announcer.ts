import { setTimeout as sleep } from "node:timers/promises";
import type { Publisher } from "@switchyard/broker/broker";
import { taskChannel } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import { isSettled } from "@switchyard/tasks/task";
import type { OnRecord } from "@switchyard/tasks/task-worker";

/** After an outage the connection that publishes may come back a moment later than the one that writes records. */
const tries = 20;
const retryMs = 250;

/**
 * Publishes every change of a record on the task's channel. The record's `seq` is the publication's version: a late or
 * repeated one is dropped by Redis and a watcher never goes backwards.
 *
 * The end of a task is what people wait for, so a Redis that is away for a moment is waited for; progress is superseded by
 * the next and not worth that.
 */
export function createAnnouncer(publisher: Publisher): OnRecord {
  return async (record) => {
    for (let attempt = 1; ; attempt++) {
      try {
        await publisher.publish(taskChannel(record.id), { data: record }, { version: record.seq });
        return;
      } catch (error) {
        const mayPass = error instanceof HubError && error.temporary;
        if (!mayPass || !isSettled(record.status) || attempt >= tries) throw error;
      }
      await sleep(retryMs);
    }
  };
}
