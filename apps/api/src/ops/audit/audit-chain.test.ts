import type { AuditRow } from "@switchyard/broker/audit-store";
import { expect, test } from "vitest";
import { createAuditChain, createChainCheck } from "./audit-chain.ts";
import type { AuditEntry } from "./audit-entry.ts";

const secret = "a-secret-of-thirty-two-characters";
const entryOf = (act: string): AuditEntry => ({
  kind: "intent",
  act,
  actor: "ada",
  via: "page",
  address: "192.0.2.1",
  action: "POST /ops/x",
});

/** Entries of two processes in turn, as a book holds them. */
function writeBook(count = 6): AuditRow[] {
  const chains = [createAuditChain(secret), createAuditChain(secret)];
  return Array.from({ length: count }, (_, index) => ({
    id: `${index}-0`,
    ...(chains[index % 2] as (typeof chains)[number]).next(entryOf(`a${index}`)),
  }));
}

const verdictsOf = (rows: readonly AuditRow[], by = secret) => rows.map(createChainCheck(by));
const right = (count: number) => Array.from({ length: count }, () => "right");

test("a book that nobody has touched is right, also where its oldest entries have made room", () => {
  const rows = writeBook();
  expect(verdictsOf(rows)).toEqual(right(6));
  expect(verdictsOf(rows.slice(2))).toEqual(["first", "first", ...right(2)]);
});

test("an entry that was taken out is found at the next of its process", () => {
  const rows = writeBook();
  expect(verdictsOf(rows.toSpliced(2, 1))).toEqual([...right(3), "missing", "right"]);
});

test("an entry that was changed, put elsewhere or signed by another secret is found", () => {
  const rows = writeBook();
  const changed = rows.map((row) => ({ ...row, text: row.text.replace('"act":"a2"', '"act":"a9"') }));
  expect(verdictsOf(changed)[2]).toBe("changed");
  const forged = createAuditChain("another-secret-of-thirty-two-characters").next(entryOf("a9"));
  expect(verdictsOf([...rows, { id: "6-0", ...forged }]).at(-1)).toBe("changed");
  expect(verdictsOf([{ id: "0-0", text: "no JSON", mac: "" }])).toEqual(["changed"]);
  const [first, second, third, ...others] = rows as [AuditRow, AuditRow, AuditRow, ...AuditRow[]];
  expect(verdictsOf([third, second, first, ...others])).not.toEqual(right(6));
});

test("after an entry that could not be written a chain begins", () => {
  const chain = createAuditChain(secret);
  const rows = [chain.next(entryOf("a0")), chain.next(entryOf("lost"))];
  chain.breakOff();
  rows.push(chain.next(entryOf("a1")));
  const written = rows.toSpliced(1, 1).map((row, index) => ({ id: `${index}-0`, ...row }));
  expect(verdictsOf(written)).toEqual(right(2));
});
