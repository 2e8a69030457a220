import { expect, test } from "vitest";
import type { Revocation } from "./revocation.ts";
import { RevocationList } from "./revocation-list.ts";

const revocation = (kind: Revocation["kind"], id: string, beforeMs = 1_000, untilMs = 9_000) => ({
  kind,
  id,
  beforeMs,
  untilMs,
});

test("a revoked user's tokens are bad when issued before, or nobody can say when, and good when issued since", () => {
  const list = new RevocationList();
  list.add([revocation("user", "42", 5_000)]);
  expect(list.concerns({ user: "42", issuedAtMs: 4_999 })).toBe(true);
  expect(list.concerns({ user: "42" })).toBe(true);
  expect(list.concerns({ user: "42", issuedAtMs: 5_000 })).toBe(false);
  expect(list.concerns({ user: "4", issuedAtMs: 0 })).toBe(false);
});

test("a revoked token or connection is bad whenever it was issued, and nobody else is", () => {
  const list = new RevocationList();
  list.add([revocation("token", "t1"), revocation("client", "c1")]);
  expect(list.concerns({ user: "42", tokenId: "t1", issuedAtMs: 1e15 })).toBe(true);
  expect(list.concerns({ client: "c1", issuedAtMs: 1e15 })).toBe(true);
  expect(list.concerns({ user: "t1", tokenId: "c1", client: "t1", issuedAtMs: 0 })).toBe(false);
});

test("the empty user, token and client are nobody", () => {
  const list = new RevocationList();
  list.add([revocation("user", ""), revocation("token", ""), revocation("client", "")]);
  expect(list.concerns({ user: "", tokenId: "", client: "" })).toBe(false);
});

test("what is known already is no news, what reaches further is, and nothing reaches less far than before", () => {
  const list = new RevocationList();
  expect(list.add([revocation("user", "42", 1_000)])).toHaveLength(1);
  expect(list.add([revocation("user", "42", 1_000)])).toHaveLength(0);
  expect(list.add([revocation("user", "42", 3_000, 5_000)])).toHaveLength(1);
  expect(list.add([revocation("user", "42", 2_000, 6_000)])).toHaveLength(0);
  list.forget(8_000);
  expect(list.concerns({ user: "42", issuedAtMs: 2_999 })).toBe(true);
});

test("a revocation is forgotten when its time is over", () => {
  const list = new RevocationList();
  list.add([revocation("user", "1", 0, 100), revocation("token", "t", 0, 200)]);
  list.forget(100);
  expect(list.size).toBe(1);
  expect(list.concerns({ tokenId: "t" })).toBe(true);
});

test("an older revocation that is kept for longer takes nothing from the newer one", () => {
  const list = new RevocationList();
  list.add([revocation("user", "42", 5_000, 6_000)]);
  list.add([revocation("user", "42", 2_000, 9_000)]);
  expect(list.concerns({ user: "42", issuedAtMs: 4_000 })).toBe(true);
  list.forget(7_000);
  expect(list.concerns({ user: "42", issuedAtMs: 4_000 })).toBe(true);
});

test("of a user's blocks and unblocks the last one stands, in whatever order they are learnt", () => {
  const [block, unblock] = [revocation("block", "eve", 1_000), revocation("unblock", "eve", 2_000)];
  for (const learnt of [
    [block, unblock],
    [unblock, block],
  ]) {
    const list = new RevocationList();
    for (const one of learnt) list.add([one]);
    expect([list.isBlocked("eve"), list.concerns({ user: "eve" }), list.size]).toEqual([false, false, 1]);
  }
});

test("a blocked user is kept out with tokens of any time, until the block is forgotten, and nobody else is", () => {
  const list = new RevocationList();
  expect(list.add([revocation("block", "eve"), revocation("block", "")])).toHaveLength(2);
  expect(list.add([revocation("block", "eve")])).toEqual([]);
  expect(list.concerns({ user: "eve", issuedAtMs: 1e15 })).toBe(true);
  expect([list.isBlocked("ev"), list.isBlocked(""), list.concerns({ client: "eve" })]).toEqual([false, false, false]);
  list.forget(8_999);
  expect(list.isBlocked("eve")).toBe(true);
  list.forget(9_000);
  expect(list.isBlocked("eve")).toBe(false);
});
