import { isDeepStrictEqual } from "node:util";
import type { InboxCounts } from "../inbox.ts";
import type { InboxEvidence } from "./inbox-evidence.ts";
import { emptyView, follow, type InboxView } from "./inbox-view.ts";

/**
 * What is wrong with an inbox at rest, whoever has written to it and however they ended. Everything is counted once more from the
 * items and their states, which are the truth; the sets, the counts, the lists, and what a page that has followed every event
 * shows must all come to the same.
 */
export function judgeInbox(evidence: InboxEvidence): string[] {
  return [...judgeSets(evidence), ...judgeCounts(evidence), ...judgeEvents(evidence), ...judgeView(evidence)];
}

interface Recounted {
  readonly id: string;
  readonly seq: number;
  readonly dueMs: number;
  readonly category: string;
  readonly place: "visible" | "archived" | "snoozed";
  readonly snoozedMs: number;
  readonly isUnread: boolean;
}

function recount({ items, states }: InboxEvidence): Recounted[] {
  return Object.entries(items).map(([id, text]) => {
    const [seq, , dueMs, , category = "-"] = text.split("\n", 1)[0]?.split(" ") ?? [];
    const [ownSeq = seq, readMs = "0", archivedMs = "0", , snoozedMs = "0"] = states[id]?.split(" ") ?? [];
    const place = snoozedMs !== "0" ? "snoozed" : archivedMs !== "0" ? "archived" : "visible";
    return {
      id,
      seq: Number(ownSeq),
      dueMs: Number(dueMs),
      category,
      place,
      snoozedMs: Number(snoozedMs),
      isUnread: place === "visible" && readMs === "0",
    };
  });
}

function judgeSets(evidence: InboxEvidence): string[] {
  const all = recount(evidence);
  const scored = (of: readonly Recounted[], score: (item: Recounted) => number) =>
    Object.fromEntries(of.map((item) => [item.id, score(item)]));
  const placed = (place: Recounted["place"]) => all.filter((item) => item.place === place);
  const unread = all.filter(({ isUnread }) => isUnread);
  const expected: InboxEvidence["sets"] = {
    visible: scored(placed("visible"), ({ seq }) => seq),
    archived: scored(placed("archived"), ({ seq }) => seq),
    snoozed: scored(placed("snoozed"), ({ snoozedMs }) => snoozedMs),
    unread: scored(unread, ({ seq }) => seq),
    "unread-by": Object.fromEntries(
      unread.filter(({ category }) => category !== "-").map(({ id, category }) => [`${category} ${id}`, 0]),
    ),
    due: scored(all, ({ dueMs }) => dueMs),
  };
  const wrong = Object.keys(expected).filter((name) => !isDeepStrictEqual(evidence.sets[name], expected[name]));
  const lost = [...Object.keys(evidence.states), ...Object.values(evidence.keyed)].filter(
    (id) => !(id in evidence.items),
  );
  return [
    ...wrong.map((name) => `the set \`${name}\` is not what the items say`),
    ...lost.map((id) => `${id} left a trace`),
  ];
}

function judgeCounts(evidence: InboxEvidence): string[] {
  const visible = recount(evidence).filter(({ place }) => place === "visible");
  const unread = visible.filter(({ isUnread }) => isUnread);
  const names = [...new Set(unread.map(({ category }) => category))].filter((name) => name !== "-");
  const counts: InboxCounts = {
    unread: unread.length,
    unseen: unread.filter(({ seq }) => seq > evidence.seen).length,
    total: visible.length,
    categories: Object.fromEntries(
      names
        .toSorted()
        .slice(0, 16)
        .map((name) => [name, unread.filter(({ category }) => category === name).length]),
    ),
  };
  const told = evidence.events.at(-1)?.event;
  const faults = isDeepStrictEqual(evidence.counts, counts) ? [] : ["the counts are not a recount"];
  return told === undefined || told.type === "reset" || isDeepStrictEqual(told.counts, counts)
    ? faults
    : [...faults, "the last event does not tell the counts"];
}

function judgeEvents({ events }: InboxEvidence): string[] {
  return events.flatMap(({ offset, event }, index) => {
    const gap = offset === index + 1 ? [] : [`event ${offset} stands at ${index + 1}`];
    if (event.type === "reset") return gap;
    const { unread, unseen, total, categories } = event.counts;
    const byCategory = Object.values(categories).reduce((sum, count) => sum + count, 0);
    const isOrdered = unseen >= 0 && unseen <= unread && unread <= total && byCategory <= unread;
    return isOrdered ? gap : [...gap, `event ${offset} tells counts that cannot be`];
  });
}

function judgeView({ events, lists }: InboxEvidence): string[] {
  const view = events.reduce<InboxView>((seen, { event, offset }) => follow(seen, event, offset), emptyView);
  const shown = Object.values(lists).flat();
  const what = ({ id, seq, readAtMs, archivedAtMs, snoozedUntilMs, action }: (typeof shown)[number]) => ({
    id,
    seq,
    isRead: readAtMs !== null,
    isArchived: archivedAtMs !== null,
    snoozedUntilMs,
    action,
  });
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  const followed = [...view.items.values()].map(what).toSorted(byId);
  return isDeepStrictEqual(followed, shown.map(what).toSorted(byId))
    ? []
    : ["a page that has followed shows another list"];
}
