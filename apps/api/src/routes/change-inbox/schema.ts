import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { counts, InboxChange, position, stateFields } from "../../inbox/inbox-answer.ts";
import { actingFailures, changingFailures, InboxParams, ItemParams } from "../../inbox/inbox-failures.ts";

const common = { tags: ["inbox"], "x-retry": retryOf.settles };

const upTo = Type.Integer({ minimum: 0, description: "`seq` of the newest item that was on the screen." });
const MarkRequest = Type.Object(
  {
    ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 500, description: "Items." })),
    upTo: Type.Optional(upTo),
    category: Type.Optional(Type.String({ description: "With `upTo`: only of this category." })),
  },
  {
    title: "MarkRequest",
    additionalProperties: false,
    description: "`ids`, or all up to `upTo`; what comes after that is never marked with it.",
    examples: [{ ids: ["n_irrK3QyEOpEivnJLCDJF7"] }, { upTo: 1_767_225_600_000_000, category: "orders" }],
  },
);

/** By what is done: summary and description. */
const marks = {
  read: ["Mark items as read", "They no longer count, on any device."],
  unread: ["Mark items as unread", "Also takes them out of the archive."],
  archive: ["Put items away", "They are read, and in the list of archived ones only."],
  unarchive: ["Take items out of the archive", "They stay read."],
} as const;
export type MarkName = keyof typeof marks;
export const markNames = Object.keys(marks) as MarkName[];

export function markSchema(name: MarkName) {
  const [summary, description] = marks[name];
  return {
    ...common,
    operationId: `${name}Items`,
    summary,
    description,
    params: InboxParams,
    body: MarkRequest,
    response: { 200: InboxChange, ...changingFailures },
  };
}

export const seeItemsSchema = {
  ...common,
  operationId: "seeItems",
  summary: "Say what a user has seen",
  description: "A mark for the whole inbox that only rises: everything up to there was on a screen. It stays unread.",
  params: InboxParams,
  body: Type.Object(
    { upTo },
    { title: "SeenRequest", additionalProperties: false, examples: [{ upTo: 1_767_225_600_000_000 }] },
  ),
  response: { 200: InboxChange, ...changingFailures },
};

export const removeItemSchema = {
  ...common,
  operationId: "removeItem",
  summary: "Remove an item",
  description: "Of one user. `DELETE /v1/notifications/{id}` takes it back from all.",
  params: ItemParams,
  response: { 200: InboxChange, ...changingFailures },
};

export const actOnItemSchema = {
  ...common,
  operationId: "actOnItem",
  summary: "Press a button of an item",
  description: "The first action stands and makes the item read; a later one changes nothing and is told which it was.",
  params: ItemParams,
  body: Type.Object(
    { action: Type.String({ description: "`id` of one of its `actions`." }) },
    { title: "ActRequest", additionalProperties: false, examples: [{ action: "packed" }] },
  ),
  response: {
    200: Type.Object(
      {
        changed: InboxChange.properties.changed,
        action: Type.String({ description: "The action that stands." }),
        ...stateFields,
      },
      { title: "ActReply", examples: [{ changed: 1, action: "packed", counts, position }] },
    ),
    ...actingFailures,
  },
};

export const eraseInboxSchema = {
  ...common,
  operationId: "eraseInbox",
  summary: "Erase a user's inbox",
  description: "Items, preferences and what the channel keeps; pages of the user are told to begin anew.",
  params: InboxParams,
  response: {
    200: Type.Object({ erased: Type.Boolean() }, { title: "EraseReply", examples: [{ erased: true }] }),
    ...changingFailures,
  },
};
