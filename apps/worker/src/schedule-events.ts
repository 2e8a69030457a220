import type { HubEvents } from "@switchyard/broker/hub-events";
import type { BullWorkerOptions } from "@switchyard/tasks/bullmq-worker";

/**
 * Tells back ends what schedules did not do. A tick that `overlap` passed over is no event: that is what its owner asked for, and it
 * may be asked for every second.
 */
export function tellOfSchedules(
  events: Pick<HubEvents, "tell">,
): Required<Pick<BullWorkerOptions, "onFired">>["onFired"] {
  return ({ schedule, outcome, tickMs, missed, atUs: seq, failed, note }) => {
    if (failed !== null) events.tell({ event: "schedule.failed", schedule, taskId: failed, seq });
    if (missed > 0) events.tell({ event: "schedule.missed", schedule, missed, tickMs, seq: seq + 1 });
    if (outcome === "paused") events.tell({ event: "schedule.paused", schedule, note: note ?? "", seq: seq + 2 });
  };
}
