import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { AuditPageAnswer } from "../../answers/audit.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { a, div, h1, header, p, part, section, span } from "../../ui/html.ts";
import { SearchField } from "../../ui/search-field.ts";
import { segments } from "../../ui/segments.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { AuditTable } from "./audit-table.ts";
import { auditQueryOf, readAuditSearch } from "./search-text.ts";
import { words } from "./words.ts";

/** The newest entries are seen as they are written; a search costs the api more than a look, and is asked again seldom. */
const everyMs = { newest: 5_000, search: 30_000 } as const;
const askOnMs = 5_000;
const books = ["people", "keys", "refusals", "all"] as const;

/** What was done, by whom, to what, and what came of it; and whether anybody has touched the book. */
export function Audit(): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const { book = "people", q = "" } = route.place.value.query;
  const { unknown } = readAuditSearch(q);
  const choices = books.map((one) => ({
    text: said.books[one],
    href: route.href(["audit"], { book: one, q }),
    isHere: one === book,
  }));
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title), segments(said.book, choices)),
    part(SearchField, {
      key: q,
      text: q,
      label: said.search,
      hint: said.searchHint,
      find: said.find,
      onFind: (text) => route.go(["audit"], { book, q: text }),
    }),
    unknown.length > 0 && p({ class: "bad", role: "alert" }, said.unknown(unknown.join(" "))),
    // What was not understood would be left out of the question, and the answer be taken for its own.
    unknown.length === 0 && part(Found, { key: `${book} ${q}`, book, q }),
  );
}

interface FoundProps {
  readonly book: string;
  readonly q: string;
}

function Found({ book, q }: FoundProps): VNode {
  const said = useWords(words);
  const { route, operator, clock } = useDesk();
  const { before = "" } = route.place.value.query;
  // `since:1h` is fixed when it is asked: an hour that moves on would be another search with each page.
  const query = useMemo(() => ({ book, ...auditQueryOf(readAuditSearch(q).asked, clock.read()) }), [book, q]);
  const askOnUntilMs = useMemo(() => performance.now() + askOnMs, [book, q]);
  const path = `audit?${new URLSearchParams({ ...query, ...(before !== "" && { before }) })}`;
  const poll = usePoll<AuditPageAnswer>(path, q === "" ? everyMs.newest : everyMs.search, () => before !== "");
  return part(Answer<AuditPageAnswer>, {
    of: poll,
    show: (page) => [
      section(
        { class: "panel" },
        page.lines.length > 0
          ? part(AuditTable, { lines: page.lines })
          : p({ class: "empty" }, page.before !== null ? said.noneSoFar : q === "" ? said.none : said.noneLikeThis),
      ),
      part(AskOn, { page, book, q, untilMs: askOnUntilMs }),
      part(Pages, { page, book, q, isFirst: before === "" }),
      p(
        { class: "soft small" },
        said.note,
        operator.role === "admin" && [
          " ",
          a({ href: `/ops/audit/export?${new URLSearchParams(query)}`, download: true }, said.export),
        ],
      ),
    ],
  });
}

interface PageProps extends FoundProps {
  readonly page: AuditPageAnswer;
}

/** Where nothing was found yet and there is more to look at, it goes on by itself for some seconds; after that, at a click. */
function AskOn({ page: { lines, before }, book, q, untilMs }: PageProps & { readonly untilMs: number }): null {
  const { route } = useDesk();
  useEffect(() => {
    if (lines.length === 0 && before !== null && performance.now() < untilMs) route.refine({ book, q, before });
  }, [before]);
  return null;
}

function Pages({ page, book, q, isFirst }: PageProps & { readonly isFirst: boolean }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route } = useDesk();
  const { lines, before, examined, total, isComplete } = page;
  return div(
    { class: "pages" },
    span({ class: "soft" }, said.looked(lines.length, numbers.count(examined), numbers.count(total))),
    !isFirst && a({ href: route.href(["audit"], { book, q }) }, said.newest),
    before !== null && a({ href: route.href(["audit"], { book, q, before }) }, isComplete ? said.older : said.goOn),
  );
}
