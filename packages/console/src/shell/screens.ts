import type { ComponentType } from "preact";
import type { Words } from "../state/use-words.ts";

/** Everything that has a place in the head and an address below `/ops/console`. */
export interface Screen {
  /** First part of the address; empty for the first screen. */
  readonly path: string;
  /** After `g`, it goes there. */
  readonly key: string;
  /** The module is loaded when it is opened. */
  readonly load: () => Promise<ComponentType>;
}

export const screens = [
  { path: "", key: "o", load: async () => (await import("../screens/overview/overview.ts")).Overview },
] as const satisfies readonly Screen[];

export type ScreenPath = (typeof screens)[number]["path"];

export const screenWords: Words<Readonly<Record<ScreenPath, string>>> = {
  en: { "": "Overview" },
  zh: { "": "总览" },
};

/** Pages that are no screens of the console yet. */
export const otherPages = [
  { href: "/ops/connections", en: "Connections", zh: "连接" },
  { href: "/ops/answers", en: "Answers", zh: "应答" },
  { href: "/ops/sessions", en: "Logins", zh: "登录会话" },
  { href: "/ops/queues", en: "Queues (expert)", zh: "队列（专家）" },
  { href: "/docs", en: "API reference", zh: "API 文档" },
] as const;
