import type { FiguresAnswer } from "@switchyard/console/figures";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

test("an api keeps what the hub is like and tells it over hours, to who is logged in and to nobody else", async () => {
  const body = new URLSearchParams({ password: opsPassword }).toString();
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const { headers } = await api.request("POST", "/ops/login", { headers: form, body });
  const cookie = headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const ask = async (query: string) => api.request("GET", `/ops/api/figures${query}`, { headers: { cookie } });
  for (const [query, stepMs, points] of [
    ["?window=6h", 60_000, 360],
    ["?window=24h", 300_000, 288],
    ["", 10_000, 360],
  ] as const) {
    // The first row is written as soon as the api has looked at the hub.
    await eventually(async () => {
      const answer = JSON.parse((await ask(query)).text) as FiguresAnswer;
      expect(answer.stepMs).toBe(stepMs);
      for (const values of Object.values(answer.series)) expect(values).toHaveLength(points);
      expect(answer.series.queued.filter((value) => value !== null)).toEqual([0]);
    });
  }
  expect((await ask("?window=7h")).status).toBe(400);
  expect((await api.request("GET", "/ops/api/figures", {})).status).toBe(401);
});
