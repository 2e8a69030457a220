import { createHmac } from "node:crypto";
import type { AuditRow } from "@switchyard/broker/audit-store";
import { expect, test } from "vitest";
import { createAuditChain } from "./audit-chain.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { createChainCheck, type KnownOfBook } from "./chain-check.ts";

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
  return Array.from({ length: count }, (_, index) => {
    const chain = chains[index % 2] as (typeof chains)[number];
    const row = { id: `${index + 1}-0`, ...chain.next(entryOf(`a${index}`)) };
    chain.stands(row.id);
    return row;
  });
}

/** As versions wrote them that said nothing of the entry before. */
function writeOldBook(count = 6): AuditRow[] {
  const before = ["", ""];
  return Array.from({ length: count }, (_, index) => {
    const [turn, seq] = [index % 2, Math.floor(index / 2) + 1];
    const at = "2026-01-01T00:00:00.000Z";
    const text = JSON.stringify({ at, chain: `old${turn}`, seq, ...entryOf(`a${index}`) });
    const mac = createHmac("sha256", secret).update(`${before[turn]}\n${text}`).digest("base64url");
    before[turn] = mac;
    return { id: `${index + 1}-0`, text, mac };
  });
}

const verdictsOf = (rows: readonly AuditRow[], known: KnownOfBook = {}) => rows.map(createChainCheck(secret, known));
const right = (count: number) => Array.from({ length: count }, () => "right");

test.each([
  ["this version", writeBook],
  ["earlier ones", writeOldBook],
])("a book of %s that nobody has touched is right, also where its oldest entries have made room", (_, write) => {
  const rows = write();
  expect(verdictsOf(rows, { isWhole: true })).toEqual(right(6));
  expect(verdictsOf(rows.slice(2))).toEqual(["first", "first", ...right(2)]);
});

test.each([
  ["this version", writeBook],
  ["earlier ones", writeOldBook],
])("an entry of %s that was taken out is found at the next of its process", (_, write) => {
  expect(verdictsOf(write().toSpliced(2, 1))).toEqual([...right(3), "missing", "right"]);
});

test("an entry that was changed, put elsewhere or signed by another secret is found", () => {
  const rows = writeBook();
  const changed = rows.map((row) => ({ ...row, text: row.text.replace('"act":"a2"', '"act":"a9"') }));
  expect(verdictsOf(changed)).toEqual([...right(2), "changed", ...right(3)]);
  const forged = createAuditChain("another-secret-of-thirty-two-characters").next(entryOf("a9"));
  expect(verdictsOf([...rows, { id: "7-0", ...forged }]).at(-1)).toBe("changed");
  expect(verdictsOf([{ id: "1-0", text: "no JSON", mac: "" }])).toEqual(["changed"]);
  const [first, second, third, ...others] = rows as [AuditRow, AuditRow, AuditRow, ...AuditRow[]];
  expect(verdictsOf([third, second, first, ...others])).not.toEqual(right(6));
  expect(verdictsOf([...rows, first]).at(-1)).toBe("missing");
});

const at = "2026-01-01T00:00:00.000Z";

test.each([
  ["another chain", { at, chain: "Zf0rged1", seq: 57, ...entryOf("a9") }],
  ["another chain that says what it follows", { at, chain: "Z", seq: 2, previous: { mac: "m" }, ...entryOf("a9") }],
  ["a chain that begins with it", { at, chain: "Z", seq: 1, ...entryOf("a9") }],
  ["a chain, and not readable", { kind: "login", at: {}, chain: "z", seq: 2 }],
])("whoever has no secret cannot make up an entry of %s, wherever they put it", (_, made) => {
  const forged = { id: "9-0", text: JSON.stringify(made), mac: "x".repeat(43) };
  const found = expect.stringMatching(/^(?:missing|changed)$/);
  expect(verdictsOf([...writeBook(), forged]).at(-1)).toEqual(found);
  expect(verdictsOf([forged, ...writeBook()], { isWhole: true })[0]).toEqual(found);
});

test("the last entry of a process, changed and put back as one of another chain, is found", () => {
  const rows = writeBook();
  const { chain } = JSON.parse(rows[5]?.text ?? "") as { readonly chain: string };
  const moved = rows.with(5, { ...(rows[5] as AuditRow), text: rows[5]?.text.replace(chain, "another") ?? "" });
  expect(verdictsOf(moved)).toEqual([...right(5), "changed"]);
});

test("the oldest entries of a process were taken out where older ones of another are there, or none has made room", () => {
  const withoutOldest = writeBook().filter((_, index) => index !== 1 && index !== 3);
  expect(verdictsOf(withoutOldest)).toEqual([...right(3), "missing"]);
  expect(verdictsOf(writeBook().slice(2), { isWhole: true })).toEqual(["missing", "missing", ...right(2)]);
});

test("an entry is missing before the one behind a gap that Redis knows of, and nowhere else", () => {
  expect(verdictsOf(writeBook(), { behindGap: "4-0" })).toEqual([...right(3), "missing", ...right(2)]);
});

test("after an entry that could not be written a chain begins", () => {
  const chain = createAuditChain(secret);
  const rows = [chain.next(entryOf("a0")), chain.next(entryOf("lost"))];
  chain.breakOff();
  rows.push(chain.next(entryOf("a1")));
  const written = rows.toSpliced(1, 1).map((row, index) => ({ id: `${index + 1}-0`, ...row }));
  expect(verdictsOf(written)).toEqual(right(2));
});

test("what is written at once, before Redis has told an id, is tied as well", () => {
  const chain = createAuditChain(secret);
  const rows = ["a0", "a1", "a2"].map((act, index) => ({ id: `${index + 1}-0`, ...chain.next(entryOf(act)) }));
  expect(verdictsOf(rows)).toEqual(right(3));
  expect(verdictsOf(rows.slice(1))).toEqual(["first", "right"]);
});
