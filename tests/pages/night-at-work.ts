import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@switchyard/testkit/eventually";
import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { expect } from "vitest";

export interface Chat {
  readonly url: string;
  /** Each text it was told, the oldest first. */
  readonly heard: readonly string[];
  close(): void;
}

/** Where operators are woken. */
export async function openChat(): Promise<Chat> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      heard.push((JSON.parse(Buffer.concat(chunks).toString()) as { readonly text: string }).text);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    heard,
    close: () => void server.close(),
  };
}

export interface MailServer {
  /** Fails until it is back. */
  readonly handler: { readonly kind: "module"; readonly module: string };
  comeBack(): void;
  close(): void;
}

export function openMailServer(): MailServer {
  const directory = mkdtempSync(join(tmpdir(), "switchyard-night-"));
  const [module, sign] = [join(directory, "post.mjs"), join(directory, "is-back")];
  const isBack = `(await import("node:fs")).existsSync(${JSON.stringify(sign)})`;
  writeFileSync(module, `export default async () => { if (!(${isBack})) throw new Error("smtp timeout"); };`);
  const root = fileURLToPath(new URL("../..", import.meta.url));
  return {
    handler: { kind: "module", module: relative(root, module) },
    comeBack: () => writeFileSync(sign, ""),
    close: () => rmSync(directory, { recursive: true }),
  };
}

/** What went wrong while nobody looked. */
export interface Night {
  /** The name of the worker that hangs, as the console has it. */
  readonly hung: string;
  /** The task it holds on to. */
  readonly held: string;
  /** The one behind it, in the same group. */
  readonly behind: string;
}

const failedTasks = 37;

/**
 * Makes it so: a group that 37 failures have paused, a worker that hangs with a task in its hands, and a schedule that nobody fired meanwhile.
 * The settings have `post`, which fails until the mail server is back, and `hang`, which does not end.
 */
export async function spoilNight(hub: Hub): Promise<Night> {
  const [worker] = hub.workers;
  if (worker === undefined) throw new Error("a night needs a worker");
  await send(hub, "PUT", "/v1/groups/post", { onFailure: { pauseAfter: failedTasks }, concurrency: 1 });
  const letters = Array.from({ length: failedTasks + 3 }, () => ({ handler: "post", group: "post", attempts: 1 }));
  await hub.post("/v1/tasks/batch", { tasks: letters });
  await send(hub, "PUT", "/v1/schedules/heartbeat", { everyMs: 1_000, missed: "skip", task: { handler: "test" } });
  const [held, behind] = [await enqueue(hub, "hang"), await enqueue(hub, "test")];
  await eventually(async () => {
    expect((await hub.get(`/v1/tasks/${held}`)).body).toMatchObject({ status: "running" });
    expect((await hub.get("/v1/groups/post")).body).toMatchObject({ status: "paused", deadLetters: failedTasks });
  });
  const [described] = (await hub.redis.command("HVALS", "sy:hub:{workers}:descriptions")) as readonly string[];
  const { name: hung } = JSON.parse(described ?? "{}") as { readonly name: string };
  worker.signal("SIGSTOP");
  // A process that has hung for ten seconds is off the list; here it is at once.
  for (const lease of (await hub.redis.command("ZRANGE", expiry, "0", "-1")) as string[])
    await hub.redis.command("ZADD", expiry, "1", lease);
  const { nextAtMs } = (await hub.get("/v1/schedules/heartbeat")).body as { readonly nextAtMs: number };
  // A second late is missed.
  await eventually(() => expect(Date.now()).toBeGreaterThan(nextAtMs + 1_500));
  await hub.start("worker");
  return { hung, held, behind };
}

const expiry = "sy:hub:{workers}:expiry";

/** Finds and mends all of it, by what the console shows and does alone; `page` is at its first screen. */
export async function mendNight(
  page: Page,
  hub: Hub,
  { night, mail }: { readonly night: Night; readonly mail: MailServer },
): Promise<void> {
  const need = (text: string) => page.locator(".needs li", { hasText: text });
  await need(`The worker ${night.hung} vanished`).waitFor();
  await need("Schedule “heartbeat” missed").waitFor();
  expect(await need("Group “post” is paused").innerText()).toMatch(/3 tasks wait[^]*37/);
  expect(await need("37 tasks of “post” failed for good").innerText()).toContain("smtp timeout (37)");

  mail.comeBack();
  await need("37 tasks of “post”").getByRole("button").click();
  await page.click("dialog >> text=Redrive 37");
  await page.waitForSelector("[role=status] >> text=37 tasks of “post” queued again.");
  await need("Group “post” is paused").getByRole("button").click();
  await page.waitForSelector("[role=status] >> text=Group “post” goes on.");
  await need("Schedule “heartbeat” missed").getByRole("button").click();
  await page.click("dialog >> button:has-text('Run now')");
  await page.waitForSelector("dialog", { state: "detached" });

  // What the lost worker holds is found among what runs; without it the others of its group go on.
  await page.goto(`${hub.api.url}/ops/console/tasks?q=${encodeURIComponent("status:running group:orders")}`);
  await page.click(`text=${night.held}`);
  await page.waitForSelector(`h1:has-text("${night.held}")`);
  await page.click("text=Cancel task…");
  await page.fill("dialog input", "its worker hangs");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog", { state: "detached" });

  await eventually(
    async () => {
      expect((await hub.get(`/v1/tasks/${night.held}`)).body).toMatchObject({ status: "cancelled" });
      expect((await hub.get(`/v1/tasks/${night.behind}`)).body).toMatchObject({ status: "succeeded" });
      expect((await hub.get("/v1/groups/post")).body).toMatchObject({ waiting: 0, active: 0, deadLetters: 0 });
    },
    { timeoutMs: 8_000 },
  );
}

/** Each act stands in the audit twice, as what was meant and as what came of it. */
export async function findInAudit(page: Page, hub: Hub): Promise<void> {
  await page.goto(`${hub.api.url}/ops/console/audit`);
  const told = await page.innerText("table");
  for (const act of ["groups/:id/redrive", "groups/:id/resume", "schedules/:id/trigger", "tasks/:id/cancel"]) {
    const times = told.split(`POST /ops/api/${act}`).length - 1;
    expect({ act, isTold: times >= 2 }).toEqual({ act, isTold: true });
  }
  await page.goto(`${hub.api.url}/ops/console/groups/post`);
  await page.click("main >> text=Audit ›");
  await page.fill("[role=search] input", "group:post act:resume via:page");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=2 entries");
  expect(await page.innerText("table")).not.toContain("redrive");
}

/** Leaves nothing behind for other tests of this hub, whatever came of it. */
export async function endNight(hub: Hub): Promise<void> {
  hub.workers[0]?.signal("SIGCONT");
  await fetch(`${hub.api.url}/v1/schedules/heartbeat`, { method: "DELETE", headers: { "x-api-key": hub.apiKey } });
}

async function enqueue(hub: Hub, handler: string): Promise<string> {
  const { body } = await hub.post("/v1/tasks", { handler, group: "orders", attempts: 1 });
  return (body as { readonly id: string }).id;
}

async function send(hub: Hub, method: string, path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json", "x-api-key": hub.apiKey };
  const { ok } = await fetch(hub.api.url + path, { method, headers, body: JSON.stringify(body) });
  expect({ path, ok }).toEqual({ path, ok: true });
}
