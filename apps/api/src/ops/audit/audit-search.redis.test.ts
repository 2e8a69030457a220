import type { AuditPageAnswer } from "@switchyard/console/audit";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callOps, logIn } from "../../testing/ops-login.ts";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { hashPassword } from "../access/password-hash.ts";

const password = "a-password-of-one's-own";

const at = "2026-01-01T00:00:00.000Z";

let redis: TestRedis;
let api: TestApi;
let ada: string;

/** A day at the hub: what ada does, what vera may not do, and what a key does. */
beforeAll(async () => {
  redis = await startTestRedis();
  const password_hash = await hashPassword(password);
  const users = [
    { name: "ada", role: "admin", password_hash },
    { name: "vera", role: "viewer", password_hash },
  ];
  api = await startTestApi(redis.url, { ops: { password: opsPassword, users } });
  ada = await logIn(api, { name: "ada", password });
  const vera = await logIn(api, { name: "vera", password });
  await callOps(api, "POST", "groups/mail/pause", { cookie: ada, body: { reason: "SMTP is away" } });
  await callOps(api, "POST", "groups/print/pause", { cookie: ada, body: { reason: "no paper" } });
  await callOps(api, "POST", "groups/mail/pause", { cookie: vera, body: { reason: "may I" } });
  await callOps(api, "POST", "schedules/mail/pause", { cookie: ada });
  await api.post("/v1/groups/mail/resume", {});
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

async function search(query: string): Promise<AuditPageAnswer> {
  const { status, text } = await callOps(api, "GET", `audit?${query}`, { cookie: ada });
  expect({ text, status }).toMatchObject({ status: 200 });
  return JSON.parse(text) as AuditPageAnswer;
}

/** The newest first: `ada intent pause mail`. */
async function linesOf(query: string): Promise<readonly string[]> {
  return (await search(query)).lines.map(({ entry }) => {
    const { actor, kind, action, target } = entry as NonNullable<typeof entry>;
    const names = Object.values(target ?? {}) as readonly string[];
    return [actor, kind, action.split("/").at(-1), ...names].join(" ");
  });
}

const paused = (group: string) => [`ada outcome pause ${group}`, `ada intent pause ${group}`];
const key = ["http_api.key outcome resume mail", "http_api.key intent resume mail"];

test.each([
  ["target=group:mail", paused("mail")],
  ["target=group:mail&book=all", [...key, "vera refused pause mail", ...paused("mail")]],
  // A schedule of the same name was not there to be paused.
  ["target=schedule:mail", ["ada outcome pause mail", "ada intent pause mail"]],
  ["target=print", paused("print")],
  ["text=smtp%20is", paused("mail")],
  ["act=resume&book=all", key],
  ["act=resume", []],
  ["via=key&book=all", key],
  ["outcome=refused&book=all", ["vera refused pause mail"]],
  ["outcome=failed", ["ada outcome pause mail"]],
  ["outcome=done&actor=ada&act=PAUSE", ["ada outcome pause print", "ada outcome pause mail"]],
  ["outcome=open", []],
  ["actor=vera", ["vera login login"]],
  ["actor=ver", []],
  ["chain=broken&book=all", []],
  ["until=1767225600000&book=all", []],
  ["since=2001-01-02T00:00:00Z&target=group:print", paused("print")],
])("%s finds %j", async (query, lines) => {
  expect(await linesOf(query)).toEqual(lines);
});

test("a search tells how much it has looked at, and its pages lead to everything once, in the order of time", async () => {
  const all = await search("book=all");
  expect(all).toMatchObject({ before: null, examined: all.total, isComplete: true });
  expect(new Set(all.lines.map(({ book }) => book))).toEqual(new Set(["people", "keys", "refusals"]));
  const ids = all.lines.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((one, other) => (one < other ? 1 : -1)));
  const paged: string[] = [];
  for (let before: string | null = ""; before !== null;) {
    const page: AuditPageAnswer = await search(`book=all&limit=2${before === "" ? "" : `&before=${before}`}`);
    paged.push(...page.lines.map(({ id, book }) => `${book} ${id}`));
    before = page.before;
  }
  expect(paged).toEqual(all.lines.map(({ id, book }) => `${book} ${id}`));
  const at = all.lines[3]?.entry?.at ?? "";
  const late = await search(`book=all&since=${at}`);
  expect(late.lines.length).toBeGreaterThan(3);
  expect(late.lines.length).toBeLessThan(all.lines.length);
});

test.each([
  ["book=diary", "book: must be one of"],
  ["outcome=perhaps", "outcome: must be one of"],
  ["since=yesterday", "since: must be whole milliseconds"],
  ["since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "until: must not be before `since`"],
  ["who=ada", "who: unknown field"],
])("a page and a download of %s are a bad request that says: %s", async (query, message) => {
  for (const path of ["/ops/api/audit", "/ops/audit/export"]) {
    const { status, json } = await api.request("GET", `${path}?${query}`, { headers: { cookie: ada } });
    expect([status, json.error.message]).toEqual([400, expect.stringContaining(message)]);
  }
});

test.each([
  ["before=x", "before: "],
  ["limit=1000", "limit: must be 200 or less"],
])("audit?%s is a bad request that says: %s", async (query, message) => {
  const { status, json } = await callOps(api, "GET", `audit?${query}`, { cookie: ada });
  expect([status, json.error.message]).toEqual([400, expect.stringContaining(message)]);
});

test("a download has what is looked for, line by line as it was written", async () => {
  const get = async (query: string) =>
    (await api.request("GET", `/ops/audit/export?${query}`, { headers: { cookie: ada } })).text;
  const lines = (await get("book=all&target=group:mail")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { book: "people", entry: { kind: "intent", reason: "SMTP is away" } },
    { book: "people", entry: { kind: "outcome" } },
    { book: "keys", entry: { kind: "intent" } },
    { book: "keys", entry: { kind: "outcome" } },
    { book: "refusals", verdict: "right", entry: { actor: "vera" } },
  ]);
  expect(await get("target=nothing")).toBe("");
});

test("a search looks at so much at a time, says so, and goes on where it was", async () => {
  const text = JSON.stringify({ kind: "login", act: "a", actor: "b", via: "key", action: "x", chain: "c", seq: 1, at });
  const write = "for i = 1, 5100 do redis.call('XADD', KEYS[1], '*', 'text', ARGV[1], 'mac', 'x') end";
  await redis.command("EVAL", write, "1", "sy:hub:audit:keys", text);
  const first = await search("book=keys&target=group:mail");
  expect(first).toMatchObject({ lines: [], examined: 5_000, total: 5_102, isComplete: false });
  const rest = await search(`book=keys&target=group:mail&before=${first.before}`);
  expect(rest).toMatchObject({ examined: 102, before: null, isComplete: true });
  expect(rest.lines).toMatchObject([{ entry: { kind: "outcome" } }, { entry: { kind: "intent" }, isOpen: false }]);
});
