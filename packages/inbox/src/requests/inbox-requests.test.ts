import { parseExactJson } from "@switchyard/protocol/exact-json";
import { describe, expect, test } from "vitest";
import { InboxRejection } from "../inbox-rejection.ts";
import { notificationIdOf } from "../notification-id.ts";
import { parseInboxUser } from "../inbox-user.ts";
import { parseAct } from "./parse-act.ts";
import { parseMark, parseSeen } from "./parse-mark.ts";
import { notificationDigest, parseNotification } from "./parse-notification.ts";
import { parsePage } from "./parse-page.ts";
import { parsePreferences, preferencesJson } from "./parse-preferences.ts";
import { parseSnooze } from "./parse-snooze.ts";

const id = notificationIdOf("x");
const item = (fields: object) => parseNotification(id, { title: "t", ...fields }, { dataMaxBytes: 100 });
const itemId = `n_${"a".repeat(21)}`;

/** What a refusal says to whoever asked. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InboxRejection) return error.publicMessage;
    throw error;
  }
  return "not refused";
}

describe("a notification", () => {
  test("is encoded once, in one order, with what is absent left out, and its numbers as they were spelled", () => {
    const parsed = parseNotification(id, parseExactJson('{"data":{"n":1.10},"title":"t"}'), { dataMaxBytes: 100 });
    expect(parsed.json).toBe(`{"notification":"${id}","title":"t","data":{"n":1.10}}`);
    expect(parsed).toMatchObject({ category: "", key: "", expiresAtMs: 0, actions: [], critical: false });
  });

  test("may say its time in milliseconds or ISO 8601", () => {
    const at = Date.UTC(2030, 0, 1);
    expect(item({ expiresAt: "2030-01-01T08:00:00+08:00" }).expiresAtMs).toBe(at);
    expect(item({ expiresAtMs: at }).expiresAtMs).toBe(at);
    expect(item({ expiresAt: at }).json).toContain(`"expiresAtMs":${at}`);
  });

  test("is Unicode whoever made it", () => {
    expect(item({ body: "\ud800" }).json).toContain(String.raw`\ufffd`);
  });

  test("counts characters as people do", () => {
    expect(item({ title: "😀".repeat(200) }).json).toContain("😀");
  });

  test.each<[object, string]>([
    [{ title: undefined }, "title: must be a text"],
    [{ title: "" }, "title: must be a text"],
    [{ title: " \u00a0\u200b\n" }, "title: must show something"],
    [{ title: "a\u0000b" }, "title: must not contain control characters"],
    [{ title: "order \u202e2401\u202c" }, "title: must not contain U+202D or U+202E"],
    [{ body: "a\u001bb" }, "body: must not contain control characters"],
    [{ key: "" }, "key: must not be empty"],
    [{ actions: [{ id: "a", label: "  " }] }, "actions[0].label: must show something"],
    [{ title: "x".repeat(201) }, "title: must have 200 characters or fewer"],
    [{ body: "x".repeat(2_001) }, "body: must have 2000 characters or fewer"],
    [{ category: "订单" }, "category: must be 1 to 32 of A-Z"],
    [{ category: "quietHours" }, "category: must be 1 to 32 of A-Z"],
    [{ key: "a\nb" }, "key: must not contain control characters"],
    [{ url: "javascript:alert(1)" }, "url: must be a http or https URL"],
    [{ url: "//evil.example/x" }, "url: must be a http or https URL"],
    [{ url: "/\\evil.example" }, "url: must be a http or https URL"],
    [{ url: "https://" }, "url: must be a http or https URL"],
    [{ url: " /x" }, "url: must be a http or https URL"],
    [{ data: "x".repeat(99) }, "data: has 101 bytes as JSON, the bound is 100 (inbox.data_max_size)"],
    [{ actions: [{}, {}, {}, {}] }, "actions: must be a list of 3 actions or fewer"],
    [{ actions: [{ id: "a b", label: "x" }] }, "actions[0].id: must be 1 to 64"],
    [{ actions: [{ id: "a" }] }, "actions[0].label: must be a text"],
    [{ actions: [{ id: "a", label: "x", url: "data:x" }] }, "actions[0].url: must be a http"],
    [
      {
        actions: [
          { id: "a", label: "x" },
          { id: "a", label: "y" },
        ],
      },
      "actions: each needs an id of its own",
    ],
    [{ expiresAt: "tomorrow" }, "expiresAt: must be whole milliseconds since 1970"],
    [{ expiresAtMs: 1_700_000_000 }, "expiresAtMs: must be whole milliseconds since 1970"],
    [
      { expiresAt: "2030-01-01T00:00:00Z", expiresAtMs: 1_900_000_000_000 },
      "expiresAtMs: cannot be combined with `expiresAt`; send one of them",
    ],
    [{ critical: 1 }, "critical: must be true or false"],
    [{ titel: "x" }, "titel: unknown field; did you mean title?"],
  ])("%j is refused by field and bound", (fields, words) => {
    expect(refusal(() => item(fields))).toContain(words);
  });

  test("has a digest of all that was asked for", () => {
    expect(notificationDigest(item({}), { users: ["a"] })).toBe(notificationDigest(item({}), { users: ["a"] }));
    expect(notificationDigest(item({}), { users: ["a"] })).not.toBe(notificationDigest(item({}), { users: ["b"] }));
  });

  test("has one id per name, and one of its own without", () => {
    expect(notificationIdOf("k")).toBe(notificationIdOf("k"));
    expect(notificationIdOf(undefined)).not.toBe(notificationIdOf(undefined));
    expect(notificationIdOf("k")).toMatch(/^nt_[\w-]{21}$/);
  });
});

describe("a request", () => {
  test("marks by ids or by a place", () => {
    expect(parseMark("read", { ids: [itemId] })).toEqual({ as: "read", target: { ids: [itemId] } });
    expect(parseMark("archive", { upTo: 7, category: "x" }).target).toEqual({ upTo: 7, category: "x" });
    expect(parseSeen(parseExactJson('{"upTo":1.0}'))).toBe(1);
  });

  test("pages by numbers or by the texts of a query", () => {
    expect(parsePage({ limit: "5", cursor: "17", status: "unread" })).toEqual({
      status: "unread",
      limit: 5,
      cursor: 17,
    });
    expect(parsePage(undefined)).toEqual({ status: "all", limit: 20 });
  });

  test("has preferences by category, and quiet hours on the user's clock", () => {
    const wanted = {
      orders: { inbox: false, push: true },
      quietHours: { timeZone: "Asia/Shanghai", from: "22:00", to: "07:00" },
    };
    expect(JSON.parse(preferencesJson(parsePreferences(wanted)))).toEqual(wanted);
  });

  test.each<[string, () => unknown, string]>([
    ["both", () => parseMark("read", { ids: [itemId], upTo: 1 }), "ids: exactly one of"],
    ["a category of ids", () => parseMark("read", { ids: [itemId], category: "x" }), "category: goes with `upTo` only"],
    [
      "501 ids",
      () => parseMark("read", { ids: Array.from({ length: 501 }, () => itemId) }),
      "ids: must be a list of 1 to 500",
    ],
    ["a fraction", () => parseSeen({ upTo: 1.5 }), "upTo: must be the `seq`"],
    ["a seq no number holds", () => parseSeen(parseExactJson('{"upTo":9007199254740993}')), "upTo: must be the `seq`"],
    ["no id", () => parseAct({ action: "a" }), "id: must be the id of an item"],
    ["no time", () => parseSnooze({ id: itemId }), "until: is missing"],
    [
      "two times",
      () => parseSnooze({ id: itemId, until: "2030-01-01T00:00:00Z", untilMs: 1_900_000_000_000 }),
      "untilMs: cannot be combined with `until`; send one of them",
    ],
    ["a limit of none", () => parsePage({ limit: 0 }), "limit: must be a whole number from 1 to 100"],
    ["a limit with blanks", () => parsePage({ limit: " 5 " }), "limit: must be a whole number from 1 to 100"],
    ["a limit with an exponent", () => parsePage({ limit: "1e1" }), "limit: must be a whole number from 1 to 100"],
    ["a choice that is no choice", () => parsePreferences({ orders: true }), "orders: must be an object"],
    ["an unknown way", () => parsePreferences({ orders: { sms: true } }), "orders.sms: unknown field"],
    [
      "an hour",
      () => parsePreferences({ quietHours: { timeZone: "UTC", from: "22", to: "07:00" } }),
      "quietHours.from: must be a time of day",
    ],
    [
      "65 categories",
      () => parsePreferences(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`c${n}`, {}]))),
      "preferences: must have 64",
    ],
    ["a prototype", () => parsePreferences(JSON.parse('{"__proto__":{}}')), "__proto__: must be 1 to 32"],
    ["nobody", () => parseInboxUser(""), "user: must not be empty"],
    ["a long user", () => parseInboxUser("x".repeat(241)), "user: must have 240 bytes or fewer"],
  ])("with %s is refused by field and bound", (_what, run, words) => {
    expect(refusal(run)).toContain(words);
  });
});
