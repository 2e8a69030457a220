import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "./testing/test-api.ts";

let server: TestRedis;
let api: TestApi;
beforeAll(async () => {
  server = await startTestRedis();
  api = await startTestApi(server.url);
});
afterAll(async () => {
  await api.close();
  await server.close();
});

async function scrape(): Promise<string> {
  return (await api.get("/metrics")).text;
}

async function scripts(): Promise<number> {
  const stats = String(await server.command("INFO", "commandstats"));
  return [...stats.matchAll(/cmdstat_evalsha:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

test("what waits is told by state, by handler of the catalog, and by rank of its group, never by a text of a producer", async () => {
  for (let index = 0; index < 30; index += 1)
    await api.post("/v1/tasks", { handler: "producers-text", group: `secret-${index}` });
  await api.post("/v1/tasks", { handler: "producers-text", group: "secret-0" });
  await eventually(async () => {
    const text = await scrape();
    expect(text).toContain('switchyard_queue_tasks{state="queued"} 31');
    expect(text).toContain('switchyard_queue_runnable{handler="unknown",attempt="first"} 30');
    // 30 tasks of which nobody knows how long they take, in 5 s.
    expect(text).toContain("switchyard_queue_need_slots 6");
    expect(text).toContain('switchyard_group_waiting{rank="1"} 2');
    expect(text).toContain('switchyard_group_waiting{rank="20"} 1');
    expect(text).not.toContain('rank="21"');
    expect(text).not.toMatch(/secret|producers-text/);
  });
});

test("many scrapes at once cost Redis what one does", async () => {
  await eventually(async () => {
    const before = await scripts();
    await Promise.all(Array.from({ length: 20 }, scrape));
    // The backlog, and the list of workers.
    expect((await scripts()) - before).toBeLessThanOrEqual(2);
  });
});

test("while Redis does not answer the queue has no series, and the scrape itself is answered", async () => {
  await server.stop("SIGKILL");
  await eventually(async () => {
    const text = await scrape();
    expect(text).toContain("# TYPE switchyard_queue_need_slots gauge");
    expect(text).not.toMatch(/^switchyard_(queue|group|workers)\S* \d/m);
  });
});
