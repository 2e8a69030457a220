import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { timeFields } from "../../shapes/iso-times.ts";
import { NextCursor, pageFields } from "../../shapes/page-cursor.ts";
import { recallingFailures, tracingFailures } from "../../inbox/inbox-failures.ts";

const params = Type.Object({ id: Type.String({ description: "Of a notification: `nt_` and 21 characters." }) });
const count = (description: string) => Type.Integer({ description });

export const traceNotificationSchema = {
  operationId: "traceNotification",
  "x-retry": retryOf.reads,
  summary: "See what became of a notification",
  description:
    "Looks at all of its items as they are now. `stored`, `seen`, `read` and `interacted` are each contained in the one before; an item that was removed, recalled or has expired is in none. Kept for a week.",
  tags: ["inbox"],
  params,
  response: {
    200: Type.Object(
      {
        id: Type.String(),
        ...timeFields("createdAt", "When it was asked for."),
        isRecalled: Type.Boolean(),
        recipients: count("Users it goes to."),
        stored: count("Users whose inbox has it now."),
        seen: count("Of them, users who have seen it."),
        read: count("Of them, users who have read it."),
        interacted: count("Of them, users who have pressed a button."),
        escalated: Type.Record(Type.String(), Type.Integer(), {
          description: "By `via`, users for whom a handler was given a task; what it achieved its task says.",
        }),
      },
      {
        title: "NotificationTrace",
        examples: [
          {
            id: "nt_PRqJ0n1rbTjbMRZ9pCxGa",
            createdAtMs: 1_767_225_600_000,
            createdAt: "2026-01-01T00:00:00.000Z",
            isRecalled: false,
            recipients: 3,
            stored: 3,
            seen: 2,
            read: 1,
            interacted: 0,
            escalated: { email: 1 },
          },
        ],
      },
    ),
    ...tracingFailures,
  },
};

export const listRecipientsSchema = {
  operationId: "listRecipients",
  "x-retry": retryOf.reads,
  summary: "See what became of a notification, user by user",
  description:
    "In no order; a page may be longer or shorter than `limit`: go on until `cursor` is null. Kept for a week.",
  tags: ["inbox"],
  params,
  querystring: Type.Object(pageFields, { additionalProperties: false }),
  response: {
    200: Type.Object(
      {
        recipients: Type.Array(
          Type.Object({
            user: Type.String(),
            item: Type.String({ description: "The user's own: `n_` and 21 characters." }),
            outcome: Type.Enum(["stored", "muted", "expired", "pending"], {
              description: "Of the writing; `pending`: has not had a turn yet.",
            }),
            status: Type.Enum(["unseen", "seen", "snoozed", "read", "interacted", "gone"], {
              description: "Of the item, now. `gone`: never stored, removed, recalled or expired.",
            }),
          }),
        ),
        cursor: NextCursor,
      },
      {
        title: "Recipients",
        examples: [
          {
            recipients: [{ user: "alice", item: "n_irrK3QyEOpEivnJLCDJF7", outcome: "stored", status: "read" }],
            cursor: null,
          },
        ],
      },
    ),
    ...tracingFailures,
  },
};

export const recallNotificationSchema = {
  operationId: "recallNotification",
  "x-retry": retryOf.settles,
  summary: "Take a notification back",
  description: "Removes its items everywhere; what is still to be written is not, and nothing is escalated any more.",
  tags: ["inbox"],
  params,
  response: {
    200: Type.Object(
      { removed: count("Items that were there.") },
      { title: "RecallReply", examples: [{ removed: 3 }] },
    ),
    ...recallingFailures,
  },
};
