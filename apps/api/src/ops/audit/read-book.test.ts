import type { AuditGaps, AuditRow } from "@switchyard/broker/audit-store";
import { expect, test } from "vitest";
import { createAuditChain } from "./audit-chain.ts";
import { createChainCheck, type KnownOfBook } from "./chain-check.ts";
import { readBook } from "./read-book.ts";

const secret = "a-secret-of-thirty-two-characters";

/** A book of 1 000 entries of two processes, one of which writes once in 400. */
function writtenBook(): AuditRow[] {
  const [often, seldom] = [createAuditChain(secret), createAuditChain(secret)];
  return Array.from({ length: 1_000 }, (_, index) => {
    const chain = index % 400 === 0 ? seldom : often;
    const entry = { kind: "login", act: `a${index}`, actor: "ada", via: "page", action: "POST /ops/login" } as const;
    const row = { id: `${index + 1}-0`, ...chain.next(entry) };
    chain.stands(row.id);
    return row;
  });
}

async function verdictsOf(rows: readonly AuditRow[], gaps: AuditGaps = { isFull: false, behindGap: undefined }) {
  const newestFirst = rows.toReversed();
  const trail = {
    check: (known: KnownOfBook) => createChainCheck(secret, known),
    gaps: async () => gaps,
    oldest: async () => [],
    newest: async (
      _book: string,
      { before, limit }: { readonly before?: string | undefined; readonly limit: number },
    ) => {
      const from = before === undefined ? 0 : newestFirst.findIndex(({ id }) => id === before) + 1;
      return newestFirst.slice(from, from + limit);
    },
  };
  const lines = await Array.fromAsync(readBook(trail, "people", {}));
  expect(lines.map(({ id }) => id)).toEqual(newestFirst.map(({ id }) => id));
  return new Map(lines.map(({ id, verdict }) => [id, verdict]));
}

test("a book that nobody has touched is proved from end to end, however far apart the entries of a process are", async () => {
  expect(new Set((await verdictsOf(writtenBook())).values())).toEqual(new Set(["right"]));
});

test("an entry that was taken out is missed, wherever it stood", async () => {
  for (const gone of [2, 249, 250, 251, 400, 499, 500, 750, 998]) {
    const rows = writtenBook().toSpliced(gone, 1);
    const found = [...(await verdictsOf(rows))].filter(([, verdict]) => verdict !== "right");
    expect({ gone, found }).toEqual({ gone, found: [[`${gone === 400 ? 801 : gone + 2}-0`, "missing"]] });
  }
});

const broken = async (rows: readonly AuditRow[], gaps?: AuditGaps) =>
  [...(await verdictsOf(rows, gaps))].filter(([, verdict]) => verdict !== "right");

test("the oldest entries of a process that were taken out are missed, wherever they stood", async () => {
  const withoutOldest = writtenBook().filter((_, index) => index % 400 === 0 || index > 300);
  expect(await broken(withoutOldest)).toEqual([["302-0", "missing"]]);
  expect(await broken(writtenBook().slice(1))).toEqual([["401-0", "missing"]]);
});

test("the oldest entries of a full book have made room, but none among the others can have", async () => {
  const full = { isFull: true, behindGap: undefined };
  expect(await broken(writtenBook().slice(300), full)).toEqual([
    ["401-0", "first"],
    ["301-0", "first"],
  ]);
  const withoutOldest = writtenBook().filter((_, index) => index === 400 || index > 450);
  expect(await broken(withoutOldest, full)).toEqual([
    ["452-0", "missing"],
    ["401-0", "first"],
  ]);
});

test("where Redis knows that something was taken out the next entry says so, though no chain does", async () => {
  expect(await broken(writtenBook(), { isFull: false, behindGap: "7-0" })).toEqual([["7-0", "missing"]]);
});
