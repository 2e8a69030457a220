import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { InboxPageAnswer, InboxStateAnswer } from "../../inbox/inbox-answer.ts";
import { InboxParams, readingFailures } from "../../inbox/inbox-failures.ts";

export const listInboxSchema = {
  operationId: "listInbox",
  "x-retry": retryOf.reads,
  summary: "List a user's items",
  description: "The newest first. What is added meanwhile does not shift the pages. A page also ends at 256 KiB.",
  tags: ["inbox"],
  params: InboxParams,
  querystring: Type.Object(
    {
      status: Type.Optional(
        Type.Enum(["all", "unread", "read", "archived", "snoozed"], {
          description: "`all`, the default, is what is neither archived nor snoozed.",
        }),
      ),
      category: Type.Optional(Type.String({ description: "Only those." })),
      cursor: Type.Optional(Type.Integer({ minimum: 0, description: "`cursor` of the page before." })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20, description: "100 at most." })),
    },
    { additionalProperties: false },
  ),
  response: { 200: InboxPageAnswer, ...readingFailures },
};

export const countInboxSchema = {
  operationId: "countInbox",
  "x-retry": retryOf.reads,
  summary: "Count a user's items",
  description: "What a badge shows. A user who never had an item has an empty inbox.",
  tags: ["inbox"],
  params: InboxParams,
  response: { 200: InboxStateAnswer, ...readingFailures },
};
