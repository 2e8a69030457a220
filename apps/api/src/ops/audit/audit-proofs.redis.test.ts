import type { AuditPageAnswer } from "@switchyard/console/audit";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { callOps, logIn, postForm } from "../../testing/ops-login.ts";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";

const key = "sy:hub:audit:people";
const audit_secret = "a-secret-of-thirty-two-characters";

let redis: TestRedis;
let api: TestApi;
let admin: string;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.flush();
  api = await startTestApi(redis.url, { ops: { password: opsPassword, audit_secret } });
  admin = await logIn(api);
  for (const id of ["a", "b", "c"]) await postForm(api, `/ops/schedules/${id}/resume`, { cookie: admin });
  return () => api.close();
});

interface Judged {
  readonly id: string;
  readonly verdict: string;
  readonly name: string;
}

/** Each entry of the export, oldest first, which the console tells likewise. */
async function judged(): Promise<readonly Judged[]> {
  const { text } = await api.request("GET", "/ops/audit/export?book=people", { headers: { cookie: admin } });
  const page = JSON.parse((await callOps(api, "GET", "audit", { cookie: admin })).text) as AuditPageAnswer;
  const verdicts = new Map(page.lines.map(({ id, verdict }) => [id, verdict]));
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const { id, verdict, entry } = JSON.parse(line) as Omit<Judged, "name"> & { readonly entry: Entry };
      expect({ id, verdict: verdicts.get(id) }).toEqual({ id, verdict });
      return { id, verdict, name: `${entry.kind} ${entry.target?.id ?? ""}`.trim() };
    });
}

interface Entry {
  readonly kind: string;
  readonly target?: { readonly id?: string };
}

const brokenOnes = async () =>
  (await judged()).filter(({ verdict }) => verdict !== "right").map(({ verdict, name }) => `${name}: ${verdict}`);
const rowOf = async (name: string) => (await judged()).find((one) => one.name === name)?.id ?? "";

test("a book that nobody has touched is right from its first entry on", async () => {
  expect((await judged()).map(({ name }) => name).slice(0, 3)).toEqual(["login", "intent a", "outcome a"]);
  expect(await brokenOnes()).toEqual([]);
});

test("an entry that was taken out is found", async () => {
  await redis.command("XDEL", key, await rowOf("intent b"));
  expect(await brokenOnes()).toEqual(["outcome b: missing"]);
});

test("the oldest entries of a book were taken out, which is found at what is the oldest then", async () => {
  for (const name of ["login", "intent a", "outcome a"]) await redis.command("XDEL", key, await rowOf(name));
  expect(await brokenOnes()).toEqual(["intent b: missing"]);
});

test("a book that was emptied while an api runs is found at the next entry", async () => {
  await redis.command("DEL", key);
  await postForm(api, "/ops/schedules/d/resume", { cookie: admin });
  expect(await brokenOnes()).toEqual(["intent d: missing"]);
});

test("whoever may write to Redis and has no secret makes up no entry, and puts none back changed", async () => {
  const [row] = (await redis.command("XREVRANGE", key, "+", "-", "COUNT", "1")) as readonly [
    string,
    readonly string[],
  ][];
  const [, text = "", , mac = ""] = row?.[1] ?? [];
  const last = JSON.parse(text) as { readonly chain: string };
  await redis.command("XDEL", key, (await judged()).at(-1)?.id ?? "");
  const again = JSON.stringify({ ...last, chain: "another", status: 200 });
  await redis.command("XADD", key, "*", "text", again, "mac", mac);
  const made = { ...last, chain: "Zf0rged1", seq: 57, kind: "outcome", target: { id: "payroll" }, previous: undefined };
  await redis.command("XADD", key, "*", "text", JSON.stringify(made), "mac", "x".repeat(43));
  expect((await brokenOnes()).slice(0, 2)).toEqual(["outcome c: changed", "outcome payroll: missing"]);
});
