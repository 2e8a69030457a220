import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { events: { channel_index: true } });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

// Whole numbers that no counter of Redis takes, other numbers, and what is none.
const forged = ["99999999999999999999", "18446744073709551616", "-1", "1e30", "1.5", "0x10", "NaN", "x", " "];
const lists: readonly (readonly [path: string, list: string, write: (text: string) => string])[] = [
  ["/v1/groups", "groups", (text) => text],
  ["/v1/groups", "groups", (text) => `1:${text}`],
  ["/v1/groups?status=paused", "groups", (text) => `4:${text}`],
  ["/v1/groups/g/dead", "dead", (text) => text],
  ["/v1/schedules", "schedules", (text) => text],
  ["/v1/notifications/n_irrK3QyEOpEivnJLCDJF7/recipients", "recipients", (text) => text],
  ["/v1/connections", "connections", (text) => text],
  ["/v1/users/ann/connections", "userConnections", (text) => text],
  ["/v1/channels", "channels", (text) => text],
  ["/v1/tasks", "tasks", (text) => text],
];

test.each(lists)("a cursor of %s that somebody has made up is refused, or asks for nothing (%s)", async (...row) => {
  const [path, list, write] = row;
  const statuses = forged.map(async (text) => {
    const cursor = Buffer.from(`${list} ${write(text)}`).toString("base64url");
    const { status } = await api.get(`${path}${path.includes("?") ? "&" : "?"}cursor=${cursor}`);
    return [200, 400, 404].includes(status) ? "" : `${text}: ${status}`;
  });
  expect((await Promise.all(statuses)).filter((text) => text !== "")).toEqual([]);
});
