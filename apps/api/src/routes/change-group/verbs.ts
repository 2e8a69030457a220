import type { TaskGroups } from "@switchyard/tasks/group";
import Type, { type TSchema } from "typebox";
import type { ApiKey } from "../../access/api-keys.ts";
import { requireToRepeat } from "../../access/require-for-handler.ts";
import type { Effect } from "../../effect.ts";
import { GroupState, toGroupAnswer } from "../../groups/group-state.ts";

/** What can be done to one group: `POST /v1/groups/:id/<verb>`. */
export interface GroupVerb {
  readonly verb: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly effect: Effect;
  /** Why, for people, may be said in the body. */
  readonly takesReason: boolean;
  readonly answer: TSchema;
  run(groups: TaskGroups, group: string, asked: Asked): Promise<object>;
}

interface Asked {
  readonly reason: string | undefined;
  readonly apiKey: ApiKey;
  /** Whose act it is, for people. */
  readonly by: string;
}

const CancelledCount = Type.Object(
  { cancelled: Type.Integer({ description: "How many tasks were cancelled." }) },
  { title: "CancelledCount", examples: [{ cancelled: 12 }] },
);

export const groupVerbs: readonly GroupVerb[] = [
  {
    verb: "pause",
    operationId: "pauseGroup",
    summary: "Pause a group",
    description: "Starts nothing more of it; what runs goes on. Holds also for a group nothing is in yet.",
    effect: "settles",
    takesReason: true,
    answer: GroupState,
    run: async (groups, group, { reason, by }) => toGroupAnswer(await groups.pause(group, { reason, by })),
  },
  {
    verb: "resume",
    operationId: "resumeGroup",
    summary: "Resume a paused group",
    description: "Failures counted for `pauseAfter` are forgotten. A group that is not paused stays as it is.",
    effect: "settles",
    takesReason: false,
    answer: GroupState,
    run: async (groups, group) => toGroupAnswer(await groups.resume(group)),
  },
  {
    verb: "drain",
    operationId: "drainGroup",
    summary: "Cancel what waits in a group",
    description:
      "What runs, or is between two attempts, goes on. Tasks that are not due yet are not in their group yet. Asked again it cancels what has come since.",
    effect: "acts",
    takesReason: false,
    answer: CancelledCount,
    run: async (groups, group) => ({ cancelled: await groups.drain(group) }),
  },
  {
    verb: "cancel",
    operationId: "cancelGroup",
    summary: "Cancel everything in a group",
    description:
      "What waits, what is between two attempts and what runs. To let nothing in meanwhile start, pause the group first. Tasks that are not due yet are not in their group yet. Asked again it cancels what has come since.",
    effect: "acts",
    takesReason: true,
    answer: CancelledCount,
    run: async (groups, group, { reason }) => ({ cancelled: await groups.cancelAll(group, reason) }),
  },
  {
    verb: "redrive",
    operationId: "redriveGroup",
    summary: "Enqueue a group's failed tasks again",
    description:
      "All that failed for good, the oldest first, at the end of the group and each with all its attempts. Where tasks of the hub's own are among them the key needs the scope of what they do, too: `publish` or `inbox`.",
    effect: "acts",
    takesReason: true,
    answer: Type.Object(
      { queued: Type.Integer({ description: "How many were enqueued again." }) },
      { title: "QueuedCount", examples: [{ queued: 3 }] },
    ),
    run: async (groups, group, { apiKey, by, reason }) => ({
      queued: await groups.redrive(group, { by, reason }, (handler) => requireToRepeat(handler, apiKey)),
    }),
  },
  {
    verb: "discard",
    operationId: "discardGroup",
    summary: "Discard a group's failed tasks",
    description:
      "All that failed for good leave the dead letters, with all they carry: they cannot be run again. Their records say why they failed, for as long as they would have. Asked again it discards what has failed since. To discard those of one reason, or at a rate, see `POST /v1/bulk-acts`.",
    effect: "acts",
    takesReason: true,
    answer: Type.Object(
      { discarded: Type.Integer({ description: "How many dead letters were discarded." }) },
      { title: "DiscardedCount", examples: [{ discarded: 3 }] },
    ),
    run: async (groups, group, { by, reason }) => ({ discarded: await groups.discard(group, { by, reason }) }),
  },
];
