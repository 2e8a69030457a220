import type { AttemptAnswer, TaskActAnswer } from "../../answers/tasks.ts";
import { nameInText } from "../../state/name-in-text.ts";
import { plural } from "../../state/plural.ts";
import type { Words } from "../../state/use-words.ts";

interface TasksWords {
  readonly title: string;
  readonly all: string;
  readonly search: string;
  readonly searchHint: string;
  readonly find: string;
  readonly unknown: (parts: string) => string;
  readonly task: string;
  readonly handler: string;
  readonly group: string;
  readonly user: string;
  readonly state: string;
  readonly attempt: string;
  readonly when: string;
  readonly ran: string;
  readonly error: string;
  readonly none: string;
  readonly noneSoFar: string;
  readonly noneAtAll: string;
  readonly looked: (shown: number, examined: string, total: string) => string;
  readonly goOn: string;
  readonly more: string;
  readonly first: string;
  readonly back: string;
  readonly gone: string;
  readonly asGroup: (id: string) => string;
  readonly course: string;
  readonly enqueued: string;
  readonly due: string;
  /** Before a moment that is to come. */
  readonly dueAt: string;
  readonly began: (attempt: string) => string;
  readonly facts: string;
  readonly waited: (span: string) => string;
  readonly took: (span: string) => string;
  readonly failure: string;
  readonly failedAt: (attempt: string) => string;
  readonly message: string;
  readonly result: string;
  readonly noResult: string;
  readonly forOperators: string;
  readonly progress: string;
  readonly attempts: string;
  readonly noAttempts: string;
  readonly outcomes: Readonly<Record<AttemptAnswer["outcome"], string>>;
  readonly acts: Readonly<Record<TaskActAnswer["act"], string>>;
  readonly by: (name: string) => string;
  readonly on: (worker: string) => string;
  readonly dropped: (count: number) => string;
  readonly log: string;
}

export const words: Words<TasksWords> = {
  en: {
    title: "Tasks",
    all: "All",
    search: "Find tasks",
    searchHint: "status:failed handler:mail group:g user:42 since:1h, or the id of a task",
    find: "Find",
    unknown: (parts) =>
      `Not understood: ${nameInText(parts)}. What can be asked for: status, handler, group, user, reason, since and until (90s, 15m, 1h, 7d, or a time), or the id of a task.`,
    task: "Task",
    handler: "Handler",
    group: "Group",
    user: "User",
    state: "State",
    attempt: "Attempt",
    when: "Last changed",
    ran: "Took",
    error: "Error",
    none: "No task is like this. Failed tasks are kept for a week, and of those that succeeded the newest 1 000 of the last hour are listed.",
    noneSoFar: "None so far, and there is more to look at.",
    noneAtAll: "No task yet. Enqueue one, and it is seen here:",
    looked: (shown, examined, total) =>
      `${shown} ${plural(shown, "task", "tasks")} · looked at ${examined} of about ${total}`,
    goOn: "Look at more",
    more: "Next page",
    first: "First page",
    back: "All tasks",
    gone: "There is no such task, or its record has expired. The audit may know what was done to it.",
    asGroup: (id) => `Open the group “${nameInText(id)}”`,
    course: "Course",
    enqueued: "Enqueued",
    due: "Due",
    dueAt: "due",
    began: (attempt) => `Attempt ${attempt} began`,
    facts: "Facts",
    waited: (span) => `after waiting ${span}`,
    took: (span) => `after ${span}`,
    failure: "Why the last attempt failed",
    failedAt: (attempt) => `Attempt ${attempt} failed:`,
    message: "Last message",
    result: "Result",
    noResult: "None yet.",
    forOperators: "Attempts with their logs, messages and results are for operators: they are what tasks carry.",
    progress: "Progress",
    attempts: "Attempts",
    noAttempts: "None is written down: it has not begun, or it succeeded at once.",
    outcomes: {
      running: "running",
      succeeded: "succeeded",
      failed: "failed",
      cancelled: "cancelled",
      handed_back: "handed back, its worker had to stop",
    },
    acts: { retry: "Enqueued again", discard: "Discarded" },
    by: (name) => `by ${nameInText(name)}`,
    on: (worker) => `on ${nameInText(worker)}`,
    dropped: (count) => `${count} earlier ${plural(count, "line is", "lines are")} not kept`,
    log: "What it said",
  },
  zh: {
    title: "任务",
    all: "全部",
    search: "查找任务",
    searchHint: "status:failed handler:mail group:g user:42 since:1h，或任务 id",
    find: "查找",
    unknown: (parts) =>
      `无法理解：${nameInText(parts)}。可查询：status、handler、group、user、reason、since 和 until(90s、15m、1h、7d 或一个时间)，或任务 id。`,
    task: "任务",
    handler: "处理器",
    group: "分组",
    user: "用户",
    state: "状态",
    attempt: "尝试",
    when: "最近变化",
    ran: "耗时",
    error: "错误",
    none: "没有符合条件的任务。失败的任务保留一周；成功的任务只列出最近一小时内最新的 1 000 个。",
    noneSoFar: "目前没有找到，还有更多可查。",
    noneAtAll: "还没有任务。提交一个任务，即可在此看到：",
    looked: (shown, examined, total) => `${shown} 个任务 · 已检查约 ${total} 个中的 ${examined} 个`,
    goOn: "继续查找",
    more: "下一页",
    first: "第一页",
    back: "全部任务",
    gone: "没有这个任务，或其记录已过期。审计中可能有对它的操作记录。",
    asGroup: (id) => `打开分组“${nameInText(id)}”`,
    course: "过程",
    enqueued: "提交",
    due: "到期",
    dueAt: "到期：",
    began: (attempt) => `第 ${attempt} 次尝试开始`,
    facts: "信息",
    waited: (span) => `等待 ${span} 后`,
    took: (span) => `历时 ${span}`,
    failure: "上一次尝试失败的原因",
    failedAt: (attempt) => `第 ${attempt} 次尝试失败：`,
    message: "最近消息",
    result: "结果",
    noResult: "尚无。",
    forOperators: "尝试及其日志、消息和结果属于任务内容，仅操作员可见。",
    progress: "进度",
    attempts: "尝试",
    noAttempts: "没有记录：尚未开始，或一次即成功。",
    outcomes: {
      running: "运行中",
      succeeded: "成功",
      failed: "失败",
      cancelled: "已取消",
      handed_back: "已交还，其 worker 必须停止",
    },
    acts: { retry: "重新排队", discard: "已丢弃" },
    by: (name) => `操作者 ${nameInText(name)}`,
    on: (worker) => `在 ${nameInText(worker)} 上`,
    dropped: (count) => `之前有 ${count} 行未保留`,
    log: "输出",
  },
};
