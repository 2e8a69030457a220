import type { Need } from "../answers/overview.ts";
import { plural } from "../state/plural.ts";
import { nameInText } from "../state/name-in-text.ts";
import type { Words } from "../state/use-words.ts";
import { needRules, type RuleCode } from "./need-rules.ts";

type Of<Code extends Need["code"]> = Extract<Need, { readonly code: Code }>;

/** What is wrong in one line, by its code. Numbers and spans come written in the locale. */
interface NeedWords {
  readonly titles: { readonly [Code in RuleCode]: (need: Of<Code>, told: (value: number) => string) => string };
  /** What is said besides by those that know more than what to do. */
  readonly details: { readonly [Code in RuleCode]?: (need: Of<Code>, span: (ms: number) => string) => string };
}

/** What is wrong, for people; what a name hides is shown. */
export function titleOfNeed(need: Need, { titles }: NeedWords, told: (value: number) => string): string {
  // The table has a function for each code, and TypeScript does not see that it is the one of this need.
  const title = titles[need.code] as (of: Need, told: (value: number) => string) => string;
  return title(need, told);
}

const groupEn = (group: string) => (group === "" ? "the tasks without a group" : `“${nameInText(group)}”`);
const groupZh = (group: string) => (group === "" ? "未分组的任务" : `“${nameInText(group)}”`);
const refusalEn = {
  full: "it is full (maxmemory)",
  replica: "it is a read-only replica",
  disk: "it cannot save to its disk",
  other: "its log says why",
};
const refusalZh = {
  full: "内存已满（maxmemory）",
  replica: "当前是只读副本",
  disk: "无法写入磁盘",
  other: "原因请见其日志",
};
const kindsZh = { gateway: "网关", api: "api", worker: "worker", pool: "进程池" };
const kindsEn = { gateway: "gateways", api: "apis", worker: "workers" };

export const needWords: Words<NeedWords> = {
  en: {
    titles: {
      redis_away: ({ name }) => `Redis does not answer the api ${nameInText(name)}`,
      redis_refuses: ({ why }) => `Redis takes no writes: ${refusalEn[why]}`,
      no_gateway: () => "No gateway is running: no client can connect",
      no_worker: ({ waiting }, told) =>
        waiting === 0
          ? "No worker is running: nothing would run"
          : `No worker is running, and ${told(waiting)} ${plural(waiting, "task waits", "tasks wait")}`,
      queue_paused: ({ by }) =>
        `All of the queue is paused ${by === "on the dashboard" ? "on the board of queues" : nameInText(by)}`,
      handler_missing: ({ handler, runnable }, told) =>
        `No worker has the handler “${nameInText(handler)}”, and ${told(runnable)} ${plural(runnable, "task waits", "tasks wait")} for it`,
      tasks_late: ({ needSlots, slots }, told) =>
        `Tasks start late: ${told(needSlots)} slots are needed, workers have ${told(slots)}`,
      attempts_lost: ({ count }, told) =>
        `${told(count)} running ${plural(count, "attempt", "attempts")} that no worker knows of`,
      process_lost: ({ kind, name }) => `The ${kind} ${nameInText(name)} vanished without having stopped`,
      group_paused: ({ group, waiting }, told) =>
        `Group ${groupEn(group)} is paused${waiting > 0 ? `, ${told(waiting)} ${plural(waiting, "task waits", "tasks wait")}` : ""}`,
      dead_letters: ({ count, group }, told) =>
        `${told(count)} ${plural(count, "task", "tasks")} of ${groupEn(group)} failed for good`,
      schedule_overdue: ({ id }) => `Schedule “${nameInText(id)}” is due and does not fire`,
      schedule_missed: ({ id, count }, told) =>
        `Schedule “${nameInText(id)}” missed ${told(count)} ${plural(count, "run", "runs")}`,
      schedule_unreadable: ({ id }) => `Schedule “${nameInText(id)}” cannot be read`,
      versions_differ: ({ versions }) => `Processes of ${versions.length} versions run beside each other`,
      settings_differ: ({ kind, variants }, told) =>
        `The ${kindsEn[kind]} run with ${told(variants)} different sets of settings`,
    },
    details: {
      tasks_late: ({ oldestAgeMs }, span) =>
        `The oldest could have run for ${span(oldestAgeMs)}. ${needRules.tasks_late.todo.en}`,
      group_paused: ({ reason, pausedBy }) =>
        pausedBy === null ? nameInText(reason) : `${nameInText(reason)} · by ${nameInText(pausedBy)}`,
      dead_letters: ({ kinds, count, examined }) =>
        (examined < count ? `Of the newest ${examined}: ` : "") +
        kinds.map((kind) => `${nameInText(kind.reason)} (${kind.count})`).join(" · "),
      versions_differ: ({ versions }) => `${versions.map(nameInText).join(", ")}. ${needRules.versions_differ.todo.en}`,
    },
  },
  zh: {
    titles: {
      redis_away: ({ name }) => `Redis 未响应 api ${nameInText(name)}`,
      redis_refuses: ({ why }) => `Redis 拒绝写入：${refusalZh[why]}`,
      no_gateway: () => "没有运行中的网关：客户端无法连接",
      no_worker: ({ waiting }, told) =>
        waiting === 0 ? "没有运行中的 worker：任务不会执行" : `没有运行中的 worker，有 ${told(waiting)} 个任务在等待`,
      queue_paused: () => "整个队列已被暂停",
      handler_missing: ({ handler, runnable }, told) =>
        `没有 worker 提供处理器“${nameInText(handler)}”，有 ${told(runnable)} 个任务在等待它`,
      tasks_late: ({ needSlots, slots }, told) =>
        `任务开始得太晚：需要 ${told(needSlots)} 个槽位，worker 只有 ${told(slots)} 个`,
      attempts_lost: ({ count }, told) => `有 ${told(count)} 个运行中的尝试没有 worker 认领`,
      process_lost: ({ kind, name }) => `${kindsZh[kind]} ${nameInText(name)} 未正常停止就消失了`,
      group_paused: ({ group, waiting }, told) =>
        `分组${groupZh(group)}已暂停${waiting > 0 ? `，有 ${told(waiting)} 个任务在等待` : ""}`,
      dead_letters: ({ count, group }, told) => `${groupZh(group)}有 ${told(count)} 个任务最终失败`,
      schedule_overdue: ({ id }) => `定时任务“${nameInText(id)}”已到期但未触发`,
      schedule_missed: ({ id, count }, told) => `定时任务“${nameInText(id)}”错过了 ${told(count)} 次运行`,
      schedule_unreadable: ({ id }) => `定时任务“${nameInText(id)}”无法读取`,
      versions_differ: ({ versions }) => `有 ${versions.length} 个版本的进程同时运行`,
      settings_differ: ({ kind, variants }, told) => `各${kindsZh[kind]}使用 ${told(variants)} 套不同的设置运行`,
    },
    details: {
      tasks_late: ({ oldestAgeMs }, span) => `最久的任务已可运行 ${span(oldestAgeMs)}。${needRules.tasks_late.todo.zh}`,
      group_paused: ({ reason, pausedBy }) =>
        pausedBy === null ? nameInText(reason) : `${nameInText(reason)} · 操作者 ${nameInText(pausedBy)}`,
      dead_letters: ({ kinds, count, examined }) =>
        (examined < count ? `最近 ${examined} 个中：` : "") +
        kinds.map((kind) => `${nameInText(kind.reason)}(${kind.count})`).join(" · "),
      versions_differ: ({ versions }) => `${versions.map(nameInText).join("、")}。${needRules.versions_differ.todo.zh}`,
    },
  },
};
