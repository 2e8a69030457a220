import { nameInText } from "../state/name-in-text.ts";
import type { Words } from "../state/use-words.ts";
import type { Language } from "../state/preferences.ts";
import type { RuleCode } from "./need-rules.ts";

/** What a rule was about that does not hold any more. */
export interface EndedNeed {
  readonly rule: RuleCode;
  /** Of the first, where there are several of its kind; see {@link subjectOfNeed}. */
  readonly subject: string | null;
  readonly count: number;
  /** Something of it is there that is not urgent. */
  readonly isLeft: boolean;
}

type End = (name: string) => string;

/** Of one, by its name, and of several. What can only be once has one text. */
interface EndWords {
  readonly ends: Readonly<Record<RuleCode, string | { readonly one: End; readonly many: string }>>;
  /** Of rules that are more or less urgent: what is left of it is no trouble. */
  readonly eases: Readonly<Partial<Record<RuleCode, string>>>;
}

const kinds: Readonly<Record<string, string>> = { gateway: "网关", api: "api", worker: "worker" };

const words: Words<EndWords> = {
  en: {
    ends: {
      redis_away: { one: (name) => `Redis answers the api ${name} again`, many: "Redis answers again" },
      redis_refuses: "Redis takes writes again",
      no_gateway: "A gateway is running again",
      no_worker: "A worker takes tasks again",
      queue_paused: "The queue is no longer paused",
      handler_missing: {
        one: (name) => `No task waits any more for a worker with the handler “${name}”`,
        many: "No task waits any more for a handler that no worker has",
      },
      tasks_late: "Tasks start in time again",
      attempts_lost: "No attempt is running any more that no worker knows of",
      process_lost: "No process is missed any more: each is back, or vanished ten minutes ago",
      group_paused: { one: (name) => `Group “${name}” is no longer paused`, many: "No group is paused any more" },
      dead_letters: {
        one: (name) =>
          name === ""
            ? "No task without a group is left that failed for good"
            : `No task of “${name}” is left that failed for good`,
        many: "No task is left that failed for good",
      },
      schedule_overdue: {
        one: (name) => `Schedule “${name}” is no longer overdue`,
        many: "No schedule is overdue any more",
      },
      schedule_missed: {
        one: (name) => `Schedule “${name}” has missed no run for a day`,
        many: "No schedule has missed a run for a day",
      },
      schedule_unreadable: {
        one: (name) => `Schedule “${name}” can be read again, or is gone`,
        many: "Every schedule can be read again",
      },
      versions_differ: "All processes are of one version",
      settings_differ: {
        one: (name) => `The ${name}s run with the same settings`,
        many: "The processes of each kind run with the same settings",
      },
    },
    eases: {
      group_paused: "No task waits any more in a group that is paused",
      dead_letters: "No task has failed for good within the last hour",
    },
  },
  zh: {
    ends: {
      redis_away: { one: (name) => `Redis 已恢复响应 api ${name}`, many: "Redis 已恢复响应" },
      redis_refuses: "Redis 已恢复写入",
      no_gateway: "已有网关在运行",
      no_worker: "已有 worker 在接收任务",
      queue_paused: "队列已恢复",
      handler_missing: {
        one: (name) => `不再有任务等待提供处理器“${name}”的 worker`,
        many: "不再有任务等待没有 worker 提供的处理器",
      },
      tasks_late: "任务已能按时开始",
      attempts_lost: "不再有无 worker 认领的运行中尝试",
      process_lost: "不再有失踪的进程：均已恢复，或已消失超过十分钟",
      group_paused: { one: (name) => `分组“${name}”不再处于暂停状态`, many: "不再有暂停的分组" },
      dead_letters: {
        one: (name) => (name === "" ? "未分组的任务中不再有最终失败的任务" : `“${name}”中不再有最终失败的任务`),
        many: "不再有最终失败的任务",
      },
      schedule_overdue: { one: (name) => `定时任务“${name}”不再逾期`, many: "不再有逾期的定时任务" },
      schedule_missed: { one: (name) => `定时任务“${name}”一天内没有错过运行`, many: "一天内没有定时任务错过运行" },
      schedule_unreadable: { one: (name) => `定时任务“${name}”已可读取，或已删除`, many: "所有定时任务均可读取" },
      versions_differ: "所有进程的版本一致",
      settings_differ: { one: (name) => `各${kinds[name] ?? name}的设置一致`, many: "各类进程的设置一致" },
    },
    eases: {
      group_paused: "暂停的分组中不再有任务等待",
      dead_letters: "最近一小时内没有任务最终失败",
    },
  },
};

/** What is so now, where {@link titleOfNeed} said what was wrong; what a name hides is shown. */
export function titleOfEnd({ rule, subject, count, isLeft }: EndedNeed, language: Language): string {
  const { ends, eases } = words[language];
  const eased = eases[rule];
  if (isLeft && eased !== undefined) return eased;
  const end = ends[rule];
  if (typeof end === "string") return end;
  return subject === null || count > 1 ? end.many : end.one(nameInText(subject));
}
