import type { VNode } from "preact";
import { filterText } from "../../acts/bulk/filter-text.ts";
import { EraseInboxButton, inboxPath, MarkAllButton } from "../../acts/inbox-acts.ts";
import type { InboxCountsAnswer, InboxPageAnswer } from "../../answers/inbox.ts";
import { useDesk } from "../../state/desk.ts";
import { nameInText } from "../../state/name-in-text.ts";
import { useRowPoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { AuditLink } from "../../ui/audit-link.ts";
import { figure } from "../../ui/figure.ts";
import { a, bdi, div, dl, h1, header, p, part, section } from "../../ui/html.ts";
import { segments } from "../../ui/segments.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { ItemTable } from "./item-table.ts";
import { words } from "./words.ts";

const everyMs = 5_000;
const pageSize = "20";
const filters = ["all", "unread", "read", "archived", "snoozed"] as const;

/** What one user sees in their inbox, and has put away. */
export function OneInbox({ user }: { readonly user: string }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const { status: asked = "", cursor = "" } = route.place.value.query;
  const status = filters.find((one) => one === asked) ?? "all";
  const query = new URLSearchParams({ limit: pageSize, status, ...(cursor !== "" && { cursor }) });
  const { poll, whilePointedAt } = useRowPoll<InboxPageAnswer>(`${inboxPath(user)}/items?${query}`, everyMs);
  const onDone = () => void poll.refresh();
  const to = (next: Readonly<Record<string, string>>) => route.href(["inbox", user], next);
  const choices = filters.map((one) => ({
    text: said.filters[one],
    href: to({ status: one === "all" ? "" : one }),
    isHere: one === status,
  }));
  const unread = poll.data.value?.counts.unread ?? 0;
  const newest = cursor === "" ? poll.data.value?.items[0] : undefined;
  return div(
    { class: "screen" },
    a({ class: "back", href: route.href(["inbox"]) }, "‹ ", said.back),
    header(
      { class: "screen-head" },
      h1(null, bdi(null, user)),
      segments(said.state, choices),
      part(AuditLink, { of: "user", name: user }),
      div(
        { class: "acts" },
        newest !== undefined &&
          status !== "archived" &&
          unread > 0 &&
          part(MarkAllButton, { user, upTo: newest.seq, unread, onDone }),
        part(EraseInboxButton, { user, onDone }),
      ),
    ),
    part(Answer<InboxPageAnswer>, {
      of: poll,
      show: ({ items, counts, cursor: next }) => [
        part(Counts, { user, counts }),
        section(
          { class: "panel", ...whilePointedAt },
          items.length === 0
            ? p({ class: "empty" }, status === "all" && cursor === "" ? said.none : said.noneWith)
            : part(ItemTable, { user, items, onDone }),
        ),
        (next !== null || cursor !== "") &&
          div(
            { class: "pages" },
            cursor !== "" && a({ href: to({ status: asked }) }, said.first),
            next !== null && a({ href: to({ status: asked, cursor: String(next) }) }, said.more),
          ),
      ],
    }),
  );
}

/** The numbers that every device shows, and where else this user is to be found. */
function Counts({ user, counts }: { readonly user: string; readonly counts: InboxCountsAnswer }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route } = useDesk();
  const categories = Object.entries(counts.categories).map(
    ([name, count]) => `${nameInText(name)} ${numbers.count(count)}`,
  );
  return section(
    { class: "figures panel" },
    dl(
      { class: "three" },
      figure({ title: said.unread, value: numbers.count(counts.unread), detail: categories.join(" · ") }),
      figure({ title: said.badge, value: numbers.count(counts.unseen), detail: said.badgeDetail }),
      figure({
        title: said.total,
        value: numbers.count(counts.total),
        detail: [
          a({ href: route.href(["tasks"], { q: filterText({ user }) }) }, said.tasks),
          " · ",
          a({ href: `/ops/connections?${new URLSearchParams({ user })}` }, said.connections),
        ],
      }),
    ),
  );
}
