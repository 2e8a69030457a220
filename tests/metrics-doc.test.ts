import { readFileSync } from "node:fs";
import type { AppProcess } from "@switchyard/testkit/app-process";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, expect, test } from "vitest";

/** docs/metrics.md is held to what the processes really serve. */

let hub: Hub;
let pool: AppProcess;
beforeAll(async () => {
  hub = await startHub({ gateways: 1 });
  pool = await hub.start("worker", { SWITCHYARD_WORKER_PROCESSES_MAX: "2" });
});
afterAll(() => hub?.close());

const page = readFileSync(new URL("../docs/metrics.md", import.meta.url), "utf8");

/** `| name | type | help |` of everything of our own a process serves, as the page has it. */
async function served(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const helps = new Map(
    Array.from(text.matchAll(/^# HELP (switchyard_\w+) (.*)$/gm), ([, name = "", help = ""]) => [name, help]),
  );
  const types = Array.from(text.matchAll(/^# TYPE (switchyard_\w+) (\w+)$/gm), ([, name = "", type = ""]) => ({
    name,
    type,
  }));
  return types.map(({ name, type }) => `\`${name}\` ${type} ${helps.get(name)}`).toSorted((a, b) => a.localeCompare(b));
}

function listed(heading: string): string[] {
  const start = page.indexOf(`## ${heading}`);
  const section = page.slice(
    start,
    page.indexOf("\n## ", start + 1) === -1 ? undefined : page.indexOf("\n## ", start + 1),
  );
  const rows = Array.from(section.matchAll(/^\| (`switchyard_\w+`) +\| (\w+) +\| (.*?) +\|$/gm));
  return rows.map(([, name, type, help]) => `${name} ${type} ${help}`).toSorted((a, b) => a.localeCompare(b));
}

test.each([
  ["Gateway", () => hub.gateways[0]?.url],
  ["API", () => hub.api.url],
  ["Worker", () => hub.workers[0]?.url],
])("%s: the page lists exactly the metrics the process serves, with their help", async (heading, url) => {
  expect(listed(heading)).toEqual(await served(url() ?? ""));
});

test("a pool serves what its processes do, added up, and what the page lists besides", async () => {
  const ofWorker = await served(hub.workers[0]?.url ?? "");
  expect([...listed("Worker pool"), ...ofWorker].toSorted((a, b) => a.localeCompare(b))).toEqual(
    await served(pool.url),
  );
});

test("no label of any metric could hold a channel, a user or a task", async () => {
  for (const url of [hub.gateways[0]?.url, hub.api.url, hub.workers[0]?.url, pool.url]) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const labels = new Set(Array.from(text.matchAll(/[{,](\w+)="/g), ([, label]) => label));
    expect(
      [...labels].filter((label) => ["channel", "user", "client", "task", "id", "group"].includes(label ?? "")),
    ).toEqual([]);
  }
});
