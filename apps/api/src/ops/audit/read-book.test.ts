import type { AuditRow } from "@switchyard/broker/audit-store";
import { expect, test } from "vitest";
import { createAuditChain, createChainCheck } from "./audit-chain.ts";
import { readBook } from "./read-book.ts";

const secret = "a-secret-of-thirty-two-characters";

/** A book of 1 000 entries of two processes, one of which writes once in 400. */
function writtenBook(): AuditRow[] {
  const [often, seldom] = [createAuditChain(secret), createAuditChain(secret)];
  return Array.from({ length: 1_000 }, (_, index) => {
    const chain = index % 400 === 0 ? seldom : often;
    const entry = { kind: "login", act: `a${index}`, actor: "ada", via: "page", action: "POST /ops/login" } as const;
    return { id: `${index + 1}-0`, ...chain.next(entry) };
  });
}

async function verdictsOf(rows: readonly AuditRow[]) {
  const newestFirst = rows.toReversed();
  const trail = {
    check: () => createChainCheck(secret),
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
