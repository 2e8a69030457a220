import type { VNode } from "preact";
import { useWords, type Words } from "../state/use-words.ts";
import { span } from "./html.ts";

/** How something is: a word, and beside it a shape, so that colour says nothing alone. */
const words = {
  en: {
    queued: "queued",
    running: "running",
    retrying: "retrying",
    succeeded: "succeeded",
    failed: "failed",
    cancelled: "cancelled",
    idle: "idle",
    ready: "ready",
    maxed: "full",
    limited: "at its rate",
    paused: "paused",
    throttled: "throttled",
    up: "up",
    draining: "stopping",
    gone: "gone",
    active: "active",
    finished: "finished",
    unread: "unread",
    read: "read",
    archived: "archived",
    snoozed: "snoozed",
  },
  zh: {
    queued: "排队中",
    running: "运行中",
    retrying: "重试中",
    succeeded: "成功",
    failed: "失败",
    cancelled: "已取消",
    idle: "空闲",
    ready: "就绪",
    maxed: "已满",
    limited: "已限速",
    paused: "已暂停",
    throttled: "受限",
    up: "在线",
    draining: "停止中",
    gone: "已消失",
    active: "启用",
    finished: "已结束",
    unread: "未读",
    read: "已读",
    archived: "已归档",
    snoozed: "已推迟",
  },
} satisfies Words<object>;

export type Status = keyof (typeof words)["en"];

export function StatusChip({ status }: { readonly status: Status }): VNode {
  const said = useWords<Readonly<Record<Status, string>>>(words);
  return span({ class: `status status-${status}` }, said[status]);
}

export function useStatusWords(): Readonly<Record<Status, string>> {
  return useWords<Readonly<Record<Status, string>>>(words);
}
