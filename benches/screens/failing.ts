import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@switchyard/testkit/eventually";
import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { send, startConsoleHub } from "./console-hub.ts";
import { allScreens, besideScreens, dialogOf, stepUp } from "./screens.ts";
import type { Stage } from "./stage.ts";

const fewerHandlers = "fewer.json";
const expiry = "sy:hub:{workers}:expiry";
const hidden = "\u202Eexe.gpj ${constructor} 组";

/** Failures of several kinds, a group that stands still, a schedule that was missed; and, while somebody looks, processes that die. */
export const failing: Stage = {
  name: "failing",
  about: "37 dead letters in a paused group, a schedule missed, a worker that hangs, a gateway gone, Redis away",
  open,
  spoil,
  screens: [
    ...allScreens,
    { name: "failed", path: "console/tasks?q=status:failed" },
    { name: "misspelt", path: "console/tasks?q=status:faild", ready: "main [role=alert]" },
    { name: "group", path: "console/groups/mail" },
    { name: "group-hidden", path: `console/groups/${encodeURIComponent(hidden)}` },
    { name: "task", path: "console/tasks?q=status:failed+group:mail", act: openFirstTask },
    { name: "task-retrying", path: "console/tasks?q=status:retrying", act: openFirstTask },
    { name: "task-waiting", path: "console/tasks?q=status:queued+group:mail", act: openFirstTask },
    { name: "schedule", path: "console/schedules/heartbeat" },
    { name: "inbox-of", path: "console/inbox/ann" },
    dialogOf("redrive", "console/groups/mail", ".screen-head .acts button >> nth=1"),
    dialogOf("pause", "console/groups/orders", ".screen-head .acts button >> nth=0"),
    dialogOf("cancel", "console/groups/mail", ".screen-head .acts button >> nth=3"),
    dialogOf("bulk", "console/tasks?q=status:failed", "main .acts button >> nth=0"),
    stepUp("console/groups/mail", ".screen-head .acts button >> nth=3", "mail"),
    { name: "toast", path: "console", act: resumeMail, undo: pauseMail },
    ...besideScreens.filter(({ name }) => name === "board" || name === "palette"),
    {
      name: "api-error",
      path: "console/tasks",
      ready: "main .state p",
      prepare: async (page) => void (await page.route("**/ops/api/tasks*", (route) => route.fulfill(internalError))),
      undo: (page) => page.unroute("**/ops/api/tasks*"),
    },
    {
      name: "redis-away",
      path: "console",
      act: async (page, hub) => {
        hub.redis.signal("SIGSTOP");
        await page.waitForSelector(".banner.bad");
      },
      undo: wakeRedis,
    },
    {
      name: "outage",
      path: "console/groups",
      ready: "[role=alert]",
      prepare: async (_page, hub) => hub.redis.signal("SIGSTOP"),
      undo: wakeRedis,
    },
  ],
};

const internalError = {
  status: 500,
  contentType: "application/json",
  body: JSON.stringify({ error: { code: "internal", message: "internal error", requestId: "req-1" } }),
};

async function open(): Promise<Hub> {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-screens-"));
  const [module, fewer] = [join(folder, "mail.mjs"), join(folder, fewerHandlers)];
  writeFileSync(
    module,
    `const reasons = ["smtp timeout after 30 s", "smtp timeout after 30 s", "550 no such mailbox"];
     let count = 0;
     export default async () => { throw new Error(reasons[count++ % 3]); };`,
  );
  const sleep = { kind: "command", command: ["sleep", "600"] };
  writeFileSync(
    fewer,
    JSON.stringify({ shutdown: { timeout: "2s" }, handlers: { mail: { kind: "module", module }, hang: sleep } }),
  );
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const mail = { kind: "module", module: relative(root, module) };
  const hub = await startConsoleHub({
    gateways: 2,
    settings: {
      ops: { alerts: [{ name: "chat", kind: "chat", url: "http://127.0.0.1:9/", hold: "0s" }] },
      handlers: { mail, hang: sleep, report: sleep },
    },
  });
  const close = async () => {
    hub.workers[0]?.signal("SIGCONT");
    await hub.close();
    rmSync(folder, { recursive: true });
  };
  try {
    await makeTrouble(hub);
    await send(hub, "PUT", "/v1/groups/settings", { concurrency: 4 });
  } catch (error) {
    await close();
    throw error;
  }
  const start: Hub["start"] = (app) =>
    hub.start(app, { SWITCHYARD_CONFIG: fewer, SWITCHYARD_WORKER_CONCURRENCY: "20" });
  return { ...hub, close, start };
}

async function makeTrouble(hub: Hub): Promise<void> {
  const tasks = (count: number, task: object) =>
    hub.post("/v1/tasks/batch", { tasks: Array.from({ length: count }, () => task) });
  await tasks(37, { handler: "mail", group: "mail", user: "ann", attempts: 1, data: { to: "ann@example.com" } });
  await tasks(3, { handler: "mail", group: hidden, attempts: 1 });
  await tasks(2, { handler: "mail", group: "newsletter", attempts: 5, backoff: { kind: "fixed", delayMs: 600_000 } });
  await eventually(async () => expectDead(await hub.get("/v1/groups/mail"), 37), { timeoutMs: 30_000 });
  await pauseMail(undefined, hub);
  await tasks(12, { handler: "mail", group: "mail", user: "bob" });
  await tasks(4, { handler: "report", group: "reports" });
  await tasks(3, { handler: "hang", group: "orders", user: "carol" });
  await send(hub, "PUT", "/v1/schedules/nightly", {
    cron: "0 2 * * *",
    timeZone: "Europe/Berlin",
    task: { handler: "report", group: "reports" },
  });
  await send(hub, "PUT", "/v1/schedules/heartbeat", { everyMs: 1_000, missed: "skip", task: { handler: "hang" } });
  for (const title of ["Order 7 was paid", "订单 8 已付款", "Your export is ready"])
    await send(hub, "POST", "/v1/inbox", { to: { users: ["ann"] }, item: { title, body: title, category: "orders" } });
}

/** The worker that has everything in its hands hangs, and a gateway is killed. */
async function spoil(hub: Hub, page: Page): Promise<void> {
  const [worker] = hub.workers;
  worker?.signal("SIGSTOP");
  for (const lease of (await hub.redis.command("ZRANGE", expiry, "0", "-1")) as string[])
    await hub.redis.command("ZADD", expiry, "1", lease);
  await hub.gateways[1]?.kill();
  await page.waitForSelector(".needs li >> text=/gateway .* vanished/", { timeout: 30_000 });
  await hub.start("worker");
  await page.waitForSelector(".needs li >> text=heartbeat", { timeout: 30_000 });
}

function expectDead({ body }: { readonly body: unknown }, count: number): void {
  const { deadLetters } = body as { readonly deadLetters: number };
  if (deadLetters < count) throw new Error(`${deadLetters} of ${count} have failed`);
}

async function openFirstTask(page: Page): Promise<void> {
  await page.click("main tbody a.mono >> nth=0");
  await page.waitForSelector("main .answer h1");
}

async function resumeMail(page: Page): Promise<void> {
  await page.click(".need:has-text('mail') button >> nth=0");
  await page.waitForSelector(".toast");
}

async function pauseMail(_page: Page | undefined, hub: Hub): Promise<void> {
  await send(hub, "POST", "/v1/groups/mail/pause", { reason: "smtp.example.com answers nothing, see the chat" });
}

async function wakeRedis(_page: Page, hub: Hub): Promise<void> {
  hub.redis.signal("SIGCONT");
  await eventually(async () => {
    if ((await fetch(`${hub.api.url}/readyz`)).status !== 200) throw new Error("the api is not ready");
  });
}
