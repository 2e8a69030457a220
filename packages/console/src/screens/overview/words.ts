import type { ProcessKind } from "../../answers/overview.ts";
import { plural } from "../../state/plural.ts";
import type { Words } from "../../state/use-words.ts";

interface OverviewWords {
  readonly fine: string;
  readonly fineDetail: string;
  readonly needYou: (count: number, isAtLeast: boolean) => string;
  readonly toKnow: (count: number) => string;
  readonly moreNeeds: (count: string) => string;
  readonly unlisted: (count: string, isAtLeast: boolean) => string;
  readonly fewerNeeds: string;
  readonly asOf: string;
  readonly figures: string;
  readonly waiting: string;
  readonly grows: (rate: string) => string;
  readonly shrinks: (span: string) => string;
  readonly oldest: string;
  readonly runnable: (count: string) => string;
  readonly running: string;
  readonly ofSlots: (slots: string, need: string) => string;
  readonly flow: string;
  readonly perSecond: string;
  readonly out: (rate: string) => string;
  readonly failed: string;
  readonly deadDetail: (delayed: string, retrying: string) => string;
  readonly clients: string;
  readonly clientsDetail: (users: string, subscriptions: string) => string;
  readonly course: string;
  readonly windows: { readonly "1h": string; readonly "6h": string; readonly "24h": string };
  readonly most: (value: string) => string;
  readonly noCourse: string;
  readonly groups: string;
  readonly oldestOf: string;
  readonly group: string;
  readonly activeOf: string;
  readonly allGroups: string;
  readonly nothingWaits: string;
  readonly firstTask: string;
  readonly processes: string;
  readonly kinds: Readonly<Record<ProcessKind, (count: number) => string>>;
  readonly version: string;
}

export const words: Words<OverviewWords> = {
  en: {
    fine: "All is well",
    fineDetail: "Nothing needs you.",
    needYou: (count, isAtLeast) =>
      `${isAtLeast ? "At least " : ""}${count} ${plural(count, "thing needs", "things need")} you`,
    toKnow: (count) => `${count} to know`,
    moreNeeds: (count) => `${count} more like these`,
    unlisted: (count, isAtLeast) => `${isAtLeast ? "At least " : ""}${count} more are not listed here.`,
    fewerNeeds: "Show fewer",
    asOf: "As of",
    figures: "Figures",
    waiting: "Waiting",
    grows: (rate) => `grows by ${rate}/s`,
    shrinks: (span) => `empty in ${span}`,
    oldest: "Oldest that could run",
    runnable: (count) => `${count} could run now`,
    running: "Running",
    ofSlots: (slots, need) => `of ${slots} slots, needs ${need}`,
    flow: "In",
    perSecond: "/s",
    out: (rate) => `out ${rate}/s`,
    failed: "Failed for good",
    deadDetail: (delayed, retrying) => `${delayed} delayed, ${retrying} retrying`,
    clients: "Clients",
    clientsDetail: (users, subscriptions) => `${users} users, ${subscriptions} subscriptions`,
    course: "How far back",
    windows: { "1h": "1 hour", "6h": "6 hours", "24h": "24 hours" },
    most: (value) => `at most ${value}`,
    noCourse: "nothing is known",
    groups: "Groups with most waiting",
    oldestOf: "Oldest",
    group: "Group",
    activeOf: "Running / limit",
    allGroups: "All groups",
    nothingWaits: "Nothing waits.",
    firstTask: "Enqueue a task, and it is seen here:",
    processes: "Processes",
    kinds: {
      gateway: (count) => plural(count, "gateway", "gateways"),
      api: (count) => plural(count, "api", "apis"),
      worker: (count) => plural(count, "worker", "workers"),
    },
    version: "Version",
  },
  zh: {
    fine: "一切正常",
    fineDetail: "没有需要处理的事项。",
    needYou: (count, isAtLeast) => `${isAtLeast ? "至少 " : ""}${count} 项需要您处理`,
    toKnow: (count) => `另有 ${count} 项须知`,
    moreNeeds: (count) => `还有 ${count} 项同类`,
    unlisted: (count, isAtLeast) => `另有${isAtLeast ? "至少" : ""} ${count} 项未在此列出。`,
    fewerNeeds: "收起",
    asOf: "截至",
    figures: "指标",
    waiting: "等待中",
    grows: (rate) => `每秒增加 ${rate}`,
    shrinks: (span) => `${span}后清空`,
    oldest: "最久的可运行任务",
    runnable: (count) => `${count} 个可立即运行`,
    running: "运行中",
    ofSlots: (slots, need) => `共 ${slots} 个槽位，需要 ${need}`,
    flow: "进入",
    perSecond: "/秒",
    out: (rate) => `离开 ${rate}/秒`,
    failed: "最终失败",
    deadDetail: (delayed, retrying) => `延迟 ${delayed}，重试中 ${retrying}`,
    clients: "客户端",
    clientsDetail: (users, subscriptions) => `${users} 个用户，${subscriptions} 个订阅`,
    course: "时间范围",
    windows: { "1h": "1 小时", "6h": "6 小时", "24h": "24 小时" },
    most: (value) => `最高 ${value}`,
    noCourse: "尚无数据",
    groups: "等待最多的分组",
    oldestOf: "最久",
    group: "分组",
    activeOf: "运行中 / 上限",
    allGroups: "全部分组",
    nothingWaits: "没有等待中的任务。",
    firstTask: "提交一个任务，即可在此看到：",
    processes: "进程",
    kinds: { gateway: () => "个网关", api: () => "个 api", worker: () => "个 worker" },
    version: "版本",
  },
};
