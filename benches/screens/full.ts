import type { Hub } from "@switchyard/testkit/hub";
import { seedTasks } from "../console/seed-tasks.ts";
import { send, startConsoleHub } from "./console-hub.ts";
import { allScreens, besideScreens, dialogOf } from "./screens.ts";
import type { Stage } from "./stage.ts";

const handlers = 20;
const names = [
  "a-very-long-name.".repeat(7),
  "打印机.上海.三号楼.二层",
  "\u202Eexe.gpj ${constructor} 组",
  "طلبات.القاهرة",
  `<img src=x onerror="alert(1)">`,
  "orders.eu.invoice",
];

/** As much as a hub of some size has. */
export function full(tasks: number): Stage {
  return {
    name: "full",
    about: `${tasks} tasks in ${Math.ceil(tasks / 100)} groups, some with long names or in other scripts`,
    open: () => open(tasks),
    screens: [
      ...allScreens,
      ...["failed", "running", "queued"].map((status) => ({
        name: `tasks-${status}`,
        path: `console/tasks?q=status:${status}`,
      })),
      { name: "groups-paused", path: "console/groups?status=paused" },
      { name: "group", path: "console/groups/group-7" },
      ...names.slice(0, 4).map((name, at) => ({
        name: `group-named-${at}`,
        path: `console/groups/${encodeURIComponent(name)}`,
      })),
      { name: "schedule", path: "console/schedules/schedule-7" },
      { name: "inbox-of", path: "console/inbox/ann" },
      { name: "audit-all", path: "console/audit" },
      { name: "overview-24h", path: "console?window=24h" },
      dialogOf("bulk", "console/tasks?q=status:failed", "main .acts button >> nth=0"),
      ...besideScreens.filter(({ name }) => name === "board" || name === "palette"),
    ],
  };
}

async function open(tasks: number): Promise<Hub> {
  const sleep = { kind: "command", command: ["sleep", "3600"] };
  const hub = await startConsoleHub({
    gateways: 2,
    workers: 0,
    settings: {
      handlers: Object.fromEntries(Array.from({ length: handlers }, (_, at) => [`handler-${at}`, sleep])),
      worker: { concurrency: 10 },
    },
  });
  try {
    await seedTasks(hub.redis.url, { tasks, groups: Math.ceil(tasks / 100), handlers });
    await seedNames(hub);
    await Promise.all([hub.start("worker"), hub.start("worker")]);
  } catch (error) {
    await hub.close();
    throw error;
  }
  return hub;
}

async function seedNames(hub: Hub): Promise<void> {
  for (const [at, group] of names.entries()) {
    const task = { handler: `handler-${at}`, group, user: group, data: { at } };
    await hub.post("/v1/tasks/batch", { tasks: Array.from({ length: 900 + at }, () => task) });
    await hub.post(`/v1/groups/${encodeURIComponent(group)}/pause`, { reason: group.repeat(3) });
    const title = group.replaceAll("\u202E", "");
    await send(hub, "POST", "/v1/inbox", { to: { users: ["ann"] }, item: { title, body: title, category: "orders" } });
  }
  for (let at = 0; at < 120; at += 1) {
    await send(hub, "PUT", `/v1/schedules/schedule-${at}`, {
      cron: `${at % 60} ${at % 24} * * *`,
      timeZone: at % 2 === 0 ? "Europe/Berlin" : "Asia/Shanghai",
      task: { handler: `handler-${at % handlers}`, group: names[at % names.length] },
    });
  }
}
