import type { ComponentType } from "preact";
import type { Operator } from "../state/desk.ts";
import type { Words } from "../state/use-words.ts";

/** Everything that has a place in the head and an address below `/ops/console`. */
export interface Screen {
  /** First part of the address; empty for the first screen. */
  readonly path: string;
  /** After `g`, it goes there. */
  readonly key: string;
  /** The least role that sees anything there; absent: everybody's. */
  readonly isFor?: "operator";
  /** The module is loaded when it is opened. */
  readonly load: () => Promise<ComponentType>;
}

const screens = [
  { path: "", key: "o", load: async () => (await import("../screens/overview/overview.ts")).Overview },
  { path: "tasks", key: "t", load: async () => (await import("../screens/tasks/tasks.ts")).Tasks },
  { path: "groups", key: "g", load: async () => (await import("../screens/groups/groups.ts")).Groups },
  { path: "workers", key: "w", load: async () => (await import("../screens/workers/workers.ts")).Workers },
  { path: "nodes", key: "n", load: async () => (await import("../screens/nodes/nodes.ts")).Nodes },
  { path: "channels", key: "c", load: async () => (await import("../screens/channels/channels.ts")).Channels },
  { path: "schedules", key: "s", load: async () => (await import("../screens/schedules/schedules.ts")).Schedules },
  { path: "inbox", key: "i", isFor: "operator", load: async () => (await import("../screens/inbox/inbox.ts")).Inbox },
  { path: "audit", key: "a", isFor: "operator", load: async () => (await import("../screens/audit/audit.ts")).Audit },
  {
    path: "settings",
    key: ",",
    isFor: "operator",
    load: async () => (await import("../screens/settings/settings.ts")).Settings,
  },
] as const satisfies readonly Screen[];

export type ScreenPath = (typeof screens)[number]["path"];

export const screenWords: Words<Readonly<Record<ScreenPath, string>>> = {
  en: {
    "": "Overview",
    tasks: "Tasks",
    groups: "Groups",
    workers: "Workers",
    nodes: "Nodes",
    channels: "Channels",
    schedules: "Schedules",
    inbox: "Inbox",
    audit: "Audit",
    settings: "Settings",
  },
  zh: {
    "": "总览",
    tasks: "任务",
    groups: "分组",
    workers: "Worker",
    nodes: "节点",
    channels: "频道",
    schedules: "定时任务",
    inbox: "收件箱",
    audit: "审计",
    settings: "设置",
  },
};

/** What there is for who sees some groups only: the api answers nothing else. */
const narrowScreens: readonly ScreenPath[] = ["", "tasks", "groups", "schedules", "audit"];

/** Those in which somebody sees anything. */
export function screensFor({ seesAll, role }: Pick<Operator, "seesAll" | "role">): readonly (typeof screens)[number][] {
  const isOpen = ({ isFor }: Screen) => isFor === undefined || role !== "viewer";
  return screens.filter((screen) => isOpen(screen) && (seesAll || narrowScreens.includes(screen.path)));
}

/** Pages that are no screens of the console yet. */
const otherPages = [
  { href: "/ops/connections", en: "Connections", zh: "连接" },
  { href: "/ops/answers", en: "Answers", zh: "应答" },
  { href: "/ops/sessions", en: "Logins", zh: "登录会话" },
  { href: "/ops/queues", en: "Queues (expert)", zh: "队列（专家）" },
  { href: "/docs", en: "API reference", zh: "API 文档" },
] as const;

export function otherPagesFor({
  seesAll,
  role,
}: Pick<Operator, "seesAll" | "role">): readonly (typeof otherPages)[number][] {
  if (!seesAll) return otherPages.filter(({ href }) => href === "/ops/sessions" || href === "/docs");
  return role === "viewer" ? otherPages.filter(({ href }) => href !== "/ops/queues") : otherPages;
}
