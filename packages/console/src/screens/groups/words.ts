import { nameInText } from "../../state/name-in-text.ts";
import type { Words } from "../../state/use-words.ts";
import type { rateUnitsMs } from "./settings-draft.ts";

interface GroupsWords {
  readonly title: string;
  readonly all: string;
  readonly filter: string;
  readonly open: string;
  readonly openAct: string;
  readonly noSuchName: (name: string) => string;
  readonly group: string;
  readonly state: string;
  readonly waiting: string;
  readonly active: string;
  readonly held: string;
  readonly heldLong: string;
  readonly oldest: string;
  readonly dead: string;
  readonly rate: string;
  readonly noRate: string;
  readonly rateOf: (max: string, span: string) => string;
  readonly weight: string;
  readonly none: string;
  readonly noneWith: string;
  readonly more: string;
  readonly first: string;
  readonly ungrouped: string;
  readonly back: string;
  readonly tasks: string;
  readonly notDue: string;
  readonly reasonsTitle: string;
  readonly reasonCount: string;
  readonly numbersDiffer: string;
  readonly reasonsOf: (examined: string, total: string) => string;
  readonly redriveAt: (count: string) => string;
  readonly discardAt: (count: string) => string;
  readonly deadTitle: string;
  readonly deadNone: string;
  readonly task: string;
  readonly handler: string;
  readonly reason: string;
  readonly attempts: string;
  readonly when: string;
  readonly settings: string;
  readonly settingsHint: string;
  readonly concurrency: string;
  readonly noBound: string;
  readonly rateMax: string;
  readonly ratePer: string;
  readonly rateUnit: string;
  readonly rateUnits: Readonly<Record<(typeof rateUnitsMs)[number], string>>;
  readonly onFailure: string;
  readonly onFailures: { readonly block: string; readonly skip: string; readonly pauseAfter: string };
  readonly pauseAfter: string;
  readonly maxSize: string;
  readonly onFull: string;
  readonly onFulls: { readonly reject: string; readonly "drop-oldest": string; readonly "drop-newest": string };
  readonly save: string;
  readonly saved: string;
  readonly reset: string;
  readonly resetDone: string;
}

export const words: Words<GroupsWords> = {
  en: {
    title: "Groups",
    all: "All",
    filter: "State",
    open: "Name of a group",
    openAct: "Open",
    noSuchName: (name) => `No group can be called “${nameInText(name)}”: in an address it means something else.`,
    group: "Group",
    state: "State",
    waiting: "Waiting",
    active: "Running / limit",
    held: "Held",
    heldLong: "between two attempts, keeping their place",
    oldest: "Oldest",
    dead: "Failed for good",
    rate: "Rate",
    noRate: "no bound",
    rateOf: (max, span) => `${max} per ${span}`,
    weight: "Weight",
    none: "No group yet. A group is there as soon as a task names it: its tasks run in order, beside those of other groups.",
    noneWith: "No group is in this state.",
    more: "Next page",
    first: "First page",
    ungrouped: "Tasks without a group",
    back: "All groups",
    tasks: "All its tasks",
    notDue: "without those not due yet",
    reasonsTitle: "Why they failed",
    reasonCount: "Tasks",
    numbersDiffer: "and with other numbers",
    reasonsOf: (examined, total) => `The newest ${examined} of ${total}.`,
    redriveAt: (count) => `Redrive ${count}…`,
    discardAt: (count) => `Discard ${count}…`,
    deadTitle: "Failed for good",
    deadNone: "No task of it has failed for good within a week.",
    task: "Task",
    handler: "Handler",
    reason: "Reason",
    attempts: "Attempts",
    when: "Failed",
    settings: "What holds for it",
    settingsHint:
      "Holds at once, over all workers, and stays until it is taken back; then the settings file holds again.",
    concurrency: "At the same time",
    noBound: "no bound",
    rateMax: "Starts at most",
    ratePer: "per",
    rateUnit: "Unit of time",
    rateUnits: { 1: "milliseconds", 1_000: "seconds", 60_000: "minutes", 3_600_000: "hours" },
    onFailure: "After a failed attempt",
    onFailures: { block: "keep the place", skip: "give it free", pauseAfter: "keep it, and pause after" },
    pauseAfter: "failures in a row",
    maxSize: "Waiting at most",
    onFull: "When it is full",
    onFulls: { reject: "refuse", "drop-oldest": "drop the oldest", "drop-newest": "drop the newest" },
    save: "Save",
    saved: "Saved; it holds now.",
    reset: "Take back",
    resetDone: "The settings file holds again.",
  },
  zh: {
    title: "分组",
    all: "全部",
    filter: "状态",
    open: "分组名称",
    openAct: "打开",
    noSuchName: (name) => `分组不能叫“${nameInText(name)}”：它在地址中另有含义。`,
    group: "分组",
    state: "状态",
    waiting: "等待中",
    active: "运行中 / 上限",
    held: "占位",
    heldLong: "处于两次尝试之间，保留位置",
    oldest: "最久",
    dead: "最终失败",
    rate: "速率",
    noRate: "无限制",
    rateOf: (max, span) => `每 ${span} ${max} 个`,
    weight: "权重",
    none: "还没有分组。任务一旦指定分组，它就会出现：同组任务按顺序运行，与其他分组互不影响。",
    noneWith: "没有处于该状态的分组。",
    more: "下一页",
    first: "第一页",
    ungrouped: "未分组的任务",
    back: "全部分组",
    tasks: "其全部任务",
    notDue: "不含尚未到期的任务",
    reasonsTitle: "失败原因",
    reasonCount: "任务数",
    numbersDiffer: "及其他数字",
    reasonsOf: (examined, total) => `${total} 个中最新的 ${examined} 个。`,
    redriveAt: (count) => `重新投递 ${count} 个…`,
    discardAt: (count) => `丢弃 ${count} 个…`,
    deadTitle: "最终失败的任务",
    deadNone: "一周内没有最终失败的任务。",
    task: "任务",
    handler: "处理器",
    reason: "原因",
    attempts: "尝试次数",
    when: "失败时间",
    settings: "生效的设置",
    settingsHint: "立即对所有 worker 生效，直到被收回；之后恢复为设置文件中的值。",
    concurrency: "同时运行",
    noBound: "无限制",
    rateMax: "最多启动",
    ratePer: "每",
    rateUnit: "时间单位",
    rateUnits: { 1: "毫秒", 1_000: "秒", 60_000: "分钟", 3_600_000: "小时" },
    onFailure: "一次尝试失败后",
    onFailures: { block: "保留位置", skip: "让出位置", pauseAfter: "保留位置，并在连续失败后暂停" },
    pauseAfter: "连续失败次数",
    maxSize: "最多等待",
    onFull: "已满时",
    onFulls: { reject: "拒绝", "drop-oldest": "丢弃最早的", "drop-newest": "丢弃最新的" },
    save: "保存",
    saved: "已保存并生效。",
    reset: "收回",
    resetDone: "已恢复为设置文件中的值。",
  },
};
