import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { good, hs, use, verifier } from "./testing/token-mint.ts";
import { judgeConnectionToken, judgeSubscriptionToken } from "./token-kind.ts";

const policy = { userClaim: "sub", allowsAnonymous: true };
const ofChannel = { ...good, channel: use.channel };

describe("a token is of one kind", () => {
  const tokens = verifier();

  test("with `channel` it subscribes and does not connect", async () => {
    expect(await tokens.connection(hs(ofChannel))).toMatchObject({
      kind: "invalid",
      reason: expect.stringContaining("`channel`"),
    });
    expect(await tokens.subscription(hs(ofChannel), use)).toMatchObject({ kind: "valid", claims: { channel: "news" } });
  });

  test("without `channel` it connects and does not subscribe", async () => {
    expect(await tokens.connection(hs())).toMatchObject({ kind: "valid", claims: { user: "42" } });
    expect((await tokens.subscription(hs(), use)).kind).toBe("invalid");
  });

  test.each([
    ["empty", ""],
    ["null", null],
    ["a number", 7],
    ["a list", ["news"]],
    ["false", false],
  ])("with a `channel` that is %s it is neither", async (_, channel) => {
    expect((await tokens.connection(hs({ ...good, channel }))).kind).toBe("invalid");
    expect((await tokens.subscription(hs({ ...good, channel }), use)).kind).toBe("invalid");
  });

  test("what a subscription token lists beside its channel makes it no connection token", async () => {
    const claims = { ...ofChannel, channels: ["chat:1"], subs: { "chat:2": {} }, meta: {} };
    expect((await tokens.connection(hs(claims))).kind).toBe("invalid");
    expect((await tokens.subscription(hs(claims), use)).kind).toBe("valid");
  });

  test("no claims are good for both", () => {
    const claims = fc.record(
      {
        sub: fc.oneof(fc.constantFrom("", "42"), fc.jsonValue()),
        channel: fc.oneof(fc.constantFrom("", "news"), fc.jsonValue()),
        channels: fc.constantFrom([], ["news"]),
        client: fc.constantFrom("", "c1"),
      },
      { requiredKeys: [] },
    );
    let accepted = 0;
    fc.assert(
      fc.property(claims, (record) => {
        const kinds = [judgeConnectionToken(record, policy).kind, judgeSubscriptionToken(record, "sub", use).kind];
        accepted += Number(kinds.includes("valid"));
        expect(kinds.filter((kind) => kind === "valid").length).toBeLessThan(2);
      }),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe("a subscription token is for one use", () => {
  const judge = (claims: object) => judgeSubscriptionToken({ channel: "news", ...claims }, "sub", use).kind;

  test("of its channel alone", () => {
    expect(judge({ sub: "42" })).toBe("valid");
    for (const channel of ["news2", "new", "News", "$news", "news:", " news"]) {
      expect(judge({ sub: "42", channel })).toBe("misplaced");
    }
  });

  test("by its user, or by anybody where it names none", () => {
    expect(judge({ sub: "7" })).toBe("forbidden");
    expect(judge({ sub: "" })).toBe("valid");
    expect(judge({})).toBe("valid");
  });

  test("on the one connection it names, where it names one", () => {
    expect(judge({ sub: "42", client: "c1" })).toBe("valid");
    expect(judge({ sub: "42", client: "c2" })).toBe("forbidden");
    expect(judge({ client: "c2" })).toBe("forbidden");
    expect(judge({ client: 1 })).toBe("invalid");
  });
});

test("where anonymous tokens are refused, one without a user is", async () => {
  const open = verifier();
  const closed = verifier({}, { disallow_anonymous_connection_tokens: true });
  for (const sub of [undefined, ""]) {
    expect((await open.connection(hs({ ...good, sub }))).kind).toBe("valid");
    expect((await closed.connection(hs({ ...good, sub }))).kind).toBe("forbidden");
  }
  expect((await closed.connection(hs())).kind).toBe("valid");
  const byUid = verifier({ user_id_claim: "uid" }, { disallow_anonymous_connection_tokens: true });
  expect((await byUid.connection(hs({ ...good, sub: "42" }))).kind).toBe("forbidden");
});

test("`channel` cannot be made the claim of the user, for then no token could connect", () => {
  expect(() => verifier({ user_id_claim: "channel" })).toThrow("user_id_claim");
});

test("notes about a connection are an object, and as large as they may become later", () => {
  const policy = { userClaim: "sub", allowsAnonymous: false };
  const notes = (meta: unknown) => judgeConnectionToken({ sub: "ann", meta }, policy);
  for (const meta of [{}, { x: "y".repeat(16_376) }])
    expect(notes(meta)).toMatchObject({ kind: "valid", claims: { meta } });
  // PHP writes an empty map as a list.
  expect(notes([])).toMatchObject({ kind: "valid", claims: { meta: {} } });
  expect(notes({ x: "y".repeat(16_377) })).toEqual({
    kind: "invalid",
    reason: "`meta` has 16385 bytes as JSON; 16384 is the most",
  });
  for (const meta of ["text", 7, [1]]) expect(notes(meta)).toMatchObject({ kind: "invalid" });
});
