import type { InboxPage, InboxState, ItemJson } from "@switchyard/inbox/inbox";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import Type, { type Static } from "typebox";
import { nullableTimeFields, optionalTimeFields, timeFields, withIsoTimes } from "../shapes/iso-times.ts";
import { nullable } from "../shapes/nullable.ts";

const count = (description: string) => Type.Integer({ minimum: 0, description });

const InboxCounts = Type.Object(
  {
    unread: count("Not read."),
    unseen: count("Of them, above what was on a screen: the number for a badge."),
    total: count("Read and unread; neither archived nor snoozed."),
    categories: Type.Record(Type.String(), Type.Integer(), { description: "Unread ones by category, 16 at most." }),
  },
  { title: "InboxCounts" },
);

const Position = Type.Object(
  { offset: Type.Integer(), epoch: Type.String() },
  {
    title: "InboxPosition",
    description: "Of the channel `inbox:<user>`: counts with a higher offset are newer, whatever came first.",
  },
);

export const stateFields = { counts: InboxCounts, position: Position };

const Item = Type.Object(
  {
    id: Type.String({ description: "`n_` and 21 characters." }),
    seq: Type.Integer({ description: "Newest highest; for `upTo`." }),
    notification: Type.String({ description: "The request it came of, `nt_…`." }),
    title: Type.String(),
    body: Type.Optional(Type.String()),
    category: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
    data: Type.Optional(Type.Unknown()),
    actions: Type.Optional(Type.Array(Type.Object({ id: Type.String(), label: Type.String() }))),
    key: Type.Optional(Type.String()),
    critical: Type.Optional(Type.Boolean()),
    times: Type.Integer({ description: "How often an item of its key has come." }),
    action: nullable<string>("string", "The button that was pressed."),
    ...timeFields("createdAt", "When it was stored."),
    ...nullableTimeFields("readAt", "When it was read."),
    ...nullableTimeFields("archivedAt", "When it was put away."),
    ...nullableTimeFields("interactedAt", "When a button was pressed."),
    ...nullableTimeFields("snoozedUntil", "When it comes back."),
    ...optionalTimeFields("expiresAt", "When it goes by itself."),
  },
  { title: "InboxItem" },
);

export const counts = { unread: 1, unseen: 1, total: 1, categories: { orders: 1 } };
export const position = { offset: 1, epoch: "6mGHPZ2W" };
const item = {
  id: "n_irrK3QyEOpEivnJLCDJF7",
  seq: 1_767_225_600_000_000,
  createdAtMs: 1_767_225_600_000,
  createdAt: "2026-01-01T00:00:00.000Z",
  times: 1,
  readAtMs: null,
  readAt: null,
  archivedAtMs: null,
  archivedAt: null,
  interactedAtMs: null,
  interactedAt: null,
  action: null,
  snoozedUntilMs: null,
  snoozedUntil: null,
  notification: "nt_PRqJ0n1rbTjbMRZ9pCxGa",
  title: "Order 1042 was paid",
  category: "orders",
};

export const InboxPageAnswer = Type.Object(
  {
    items: Type.Array(Item, { description: "The newest first." }),
    ...stateFields,
    cursor: nullable<number>("integer", "Send it to get the next page; null: that was all."),
  },
  { title: "InboxPage", examples: [{ items: [item], counts, position, cursor: null }] },
);

export const InboxStateAnswer = Type.Object(stateFields, { title: "InboxState", examples: [{ counts, position }] });

export const InboxChange = Type.Object(
  { changed: Type.Integer({ description: "Items; 0: it was so already." }), ...stateFields },
  {
    title: "InboxChange",
    examples: [{ changed: 1, counts: { ...counts, unread: 0, unseen: 0, categories: {} }, position }],
  },
);

export function toPageAnswer({ items, cursor, ...state }: InboxPage) {
  return { items: items.map(toItem), ...toState(state), cursor };
}

export function toState({ counts: { categories, ...rest }, position: place }: InboxState) {
  return { counts: { ...rest, categories: { ...categories } }, position: { ...place } };
}

/** Numbers of its `data` stay as they were spelled. */
function toItem(json: ItemJson) {
  return withIsoTimes(parseExactJson(json) as object) as Static<typeof Item>;
}
