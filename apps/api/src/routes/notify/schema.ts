import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { counts, stateFields } from "../../inbox/inbox-answer.ts";
import { notifyingFailures } from "../../inbox/inbox-failures.ts";
import { NotifyRequest } from "../../inbox/notification-request.ts";

const id = Type.String({ description: "Of the notification: `nt_` and 21 characters." });
const recipients = Type.Integer({ description: "Users, each counted once." });
const count = (description: string) => Type.Integer({ description });
const isRecalled = Type.Optional(
  Type.Literal(true, { description: "It was taken back meanwhile: nobody has it, and nothing more is written." }),
);

const Notified = Type.Object(
  {
    id,
    recipients,
    stored: count("Users whose inbox has it, from now or from a request before."),
    muted: count("Users who do not want its category; nothing is stored."),
    expired: count("It came after its `expiresAt`; nothing is stored."),
    live: count("Users of whom a gateway was told now. That nobody looks is no failure: see `unless`."),
    items: Type.Array(Type.Object({ user: Type.String(), id: Type.String(), counts: stateFields.counts }), {
      description: "Of users who have it, with their counts for the badge of a push.",
    }),
    isRecalled,
  },
  {
    title: "Notified",
    examples: [
      {
        id: "nt_PRqJ0n1rbTjbMRZ9pCxGa",
        recipients: 1,
        stored: 1,
        muted: 0,
        expired: 0,
        live: 1,
        items: [{ user: "alice", id: "n_irrK3QyEOpEivnJLCDJF7", counts }],
      },
    ],
  },
);

const NotifyingLater = Type.Object(
  {
    id,
    recipients,
    tasks: Type.Array(Type.String(), { description: "Tasks that write it, 500 users each." }),
    isRecalled,
  },
  {
    title: "NotifyingLater",
    examples: [{ id: "nt_PRqJ0n1rbTjbMRZ9pCxGa", recipients: 10_000, tasks: ["t_irrK3QyEOpEivnJLCDJF7"] }],
  },
);

export const notifyUsersSchema = {
  operationId: "notifyUsers",
  "x-retry": retryOf.counts,
  summary: "Notify users",
  description:
    "Puts an item into each user's inbox, tells their pages at once, and hands it to the handlers of `escalate` for who does not look in time.",
  tags: ["inbox"],
  headers: Type.Object({ "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 255 })) }),
  body: NotifyRequest,
  response: {
    201: { ...Notified, description: "Written." },
    202: { ...NotifyingLater, description: "To more than 100 users, or at `deliverAt`: tasks write it." },
    ...notifyingFailures,
  },
};
