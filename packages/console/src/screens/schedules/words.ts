import type { FiringAnswer } from "../../answers/schedules.ts";
import type { Words } from "../../state/use-words.ts";

interface ScheduleWords {
  readonly title: string;
  readonly schedule: string;
  readonly when: string;
  readonly state: string;
  readonly next: string;
  readonly fired: string;
  readonly missed: string;
  readonly skipped: string;
  readonly failed: string;
  readonly none: string;
  readonly more: string;
  readonly first: string;
  readonly back: string;
  readonly upcoming: string;
  /** Of one that is paused. */
  readonly wouldRun: string;
  readonly noUpcoming: string;
  readonly recent: string;
  readonly noRecent: string;
  readonly outcome: string;
  readonly tick: string;
  readonly task: string;
  readonly outcomes: Readonly<Record<FiringAnswer["outcome"], string>>;
  readonly times: (count: number) => string;
  readonly says: string;
  readonly unreadable: string;
}

export const words: Words<ScheduleWords> = {
  en: {
    title: "Schedules",
    schedule: "Schedule",
    when: "Runs",
    state: "State",
    next: "Next",
    fired: "Ran",
    missed: "Missed",
    skipped: "Skipped",
    failed: "Failed",
    none: "No schedule yet. One enqueues a task at its times, by cron or every so often, in its own time zone:",
    more: "Next page",
    first: "First page",
    back: "All schedules",
    upcoming: "Next times",
    wouldRun: "It is paused, and would run",
    noUpcoming: "None.",
    recent: "Last runs",
    noRecent: "It has not run yet.",
    outcome: "Outcome",
    tick: "Time",
    task: "Task",
    outcomes: {
      fired: "ran",
      missed: "missed",
      skipped: "skipped, the one before had not ended",
      refused: "refused, its group was full",
      triggered: "run by hand",
      backfilled: "made up for",
    },
    times: (count) => (count > 1 ? ` × ${count}` : ""),
    says: "What it says",
    unreadable: "What is stored of it cannot be read. Put it again.",
  },
  zh: {
    title: "定时任务",
    schedule: "定时任务",
    when: "运行时间",
    state: "状态",
    next: "下次",
    fired: "已运行",
    missed: "错过",
    skipped: "跳过",
    failed: "失败",
    none: "还没有定时任务。定时任务按 cron 或固定间隔、在其自身时区的时间点提交任务：",
    more: "下一页",
    first: "第一页",
    back: "全部定时任务",
    upcoming: "接下来的时间",
    wouldRun: "已暂停；若未暂停，会运行于",
    noUpcoming: "无。",
    recent: "最近运行",
    noRecent: "尚未运行过。",
    outcome: "结果",
    tick: "时间",
    task: "任务",
    outcomes: {
      fired: "已运行",
      missed: "错过",
      skipped: "跳过，上一次尚未结束",
      refused: "被拒，分组已满",
      triggered: "手动运行",
      backfilled: "补运行",
    },
    times: (count) => (count > 1 ? ` × ${count}` : ""),
    says: "定义",
    unreadable: "其存储内容无法读取，请重新提交。",
  },
};
