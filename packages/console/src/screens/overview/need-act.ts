import type { VNode } from "preact";
import { RedriveButton, ResumeButton } from "../../acts/group-acts.ts";
import { ResumeQueueButton } from "../../acts/queue-acts.ts";
import { RunNowButton } from "../../acts/schedule-acts.ts";
import type { Need } from "../../answers/overview.ts";
import { part } from "../../ui/html.ts";

export interface NeedActProps {
  readonly need: Need;
}

/** What mends it, without leaving the page. Loaded after what is wrong is shown, with the questions that acts ask. */
export function NeedAct({ need }: NeedActProps): VNode | null {
  switch (need.code) {
    case "group_paused":
      return part(ResumeButton, { group: need.group, reason: need.reason });
    case "queue_paused":
      return part(ResumeQueueButton, {});
    case "dead_letters":
      return part(RedriveButton, { group: need.group });
    case "schedule_missed":
    case "schedule_overdue":
      return part(RunNowButton, { id: need.id });
    default:
      return null;
  }
}
