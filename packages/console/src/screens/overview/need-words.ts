import type { Need } from "../../answers/overview.ts";
import { plural, type Words } from "../../state/use-words.ts";

type Of<Code extends Need["code"]> = Extract<Need, { readonly code: Code }>;

/** What is wrong in one line, by its code, and what to do. Numbers and spans come written in the locale. */
interface NeedWords {
  readonly titles: {
    readonly [Code in Need["code"]]: (need: Of<Code>, told: (value: number) => string) => string;
  };
  readonly details: { readonly [Code in Need["code"]]: (need: Of<Code>, span: (ms: number) => string) => string };
  readonly ungrouped: string;
}

const groupEn = (group: string) => (group === "" ? "the tasks without a group" : `“${group}”`);
const groupZh = (group: string) => (group === "" ? "未分组的任务" : `“${group}”`);
const kindsZh = { gateway: "网关", api: "api", worker: "worker" };

export const needWords: Words<NeedWords> = {
  en: {
    titles: {
      no_gateway: () => "No gateway is running: no client can connect",
      no_worker: ({ waiting }, told) =>
        waiting === 0
          ? "No worker is running: nothing would run"
          : `No worker is running, and ${told(waiting)} ${plural(waiting, "task waits", "tasks wait")}`,
      queue_paused: ({ by }) => `All of the queue is paused ${by}`,
      handler_missing: ({ handler, runnable }, told) =>
        `No worker has the handler “${handler}”, and ${told(runnable)} ${plural(runnable, "task waits", "tasks wait")} for it`,
      tasks_late: ({ needSlots, slots }, told) =>
        `Tasks start late: ${told(needSlots)} slots are needed, workers have ${told(slots)}`,
      attempts_lost: ({ count }, told) =>
        `${told(count)} running ${plural(count, "attempt", "attempts")} that no worker knows of`,
      process_lost: ({ kind, name }) => `The ${kind} ${name} vanished without having stopped`,
      group_paused: ({ group, waiting }, told) =>
        `Group ${groupEn(group)} is paused${waiting > 0 ? `, ${told(waiting)} ${plural(waiting, "task waits", "tasks wait")}` : ""}`,
      dead_letters: ({ count, group }, told) =>
        `${told(count)} ${plural(count, "task", "tasks")} of ${groupEn(group)} failed for good`,
      schedule_overdue: ({ id }) => `Schedule “${id}” is due and does not fire`,
      schedule_missed: ({ id, count }, told) =>
        `Schedule “${id}” missed ${told(count)} ${plural(count, "run", "runs")}`,
      schedule_unreadable: ({ id }) => `Schedule “${id}” cannot be read`,
      versions_differ: ({ versions }) => `Processes of ${versions.length} versions run beside each other`,
    },
    details: {
      no_gateway: () => "Start one, and look why the last one ended: its log says so in the last lines.",
      no_worker: () => "Start one. Tasks wait in Redis meanwhile and none is lost; schedules do not fire.",
      queue_paused: () => "It was paused on the board of queues or by a BullMQ client. Resume it on the board.",
      handler_missing: () =>
        "Declare it under handlers in the settings of a worker, or start the workers that have it.",
      tasks_late: ({ oldestAgeMs }, span) =>
        `The oldest could have run for ${span(oldestAgeMs)}. Start more workers, or raise their concurrency.`,
      attempts_lost: () =>
        "Their worker hangs or has lost its line to Redis. They are given to another one when their locks run out.",
      process_lost: () => "It was killed, hangs, or has lost its line to Redis. What it ran is run again by others.",
      group_paused: ({ reason }) => reason,
      dead_letters: ({ kinds }) => kinds.map(({ reason, count }) => `${reason} (${count})`).join(" · "),
      schedule_overdue: () => "Workers fire schedules: is one running, and is its clock right?",
      schedule_missed: () => "No worker was there in time. Run it now if it matters.",
      schedule_unreadable: () => "What is stored of it is broken. Put it again.",
      versions_differ: ({ versions }) =>
        `${versions.join(", ")}. That is so while they are replaced one by one; finish it.`,
    },
    ungrouped: "without a group",
  },
  zh: {
    titles: {
      no_gateway: () => "没有运行中的网关：客户端无法连接",
      no_worker: ({ waiting }, told) =>
        waiting === 0 ? "没有运行中的 worker：任务不会执行" : `没有运行中的 worker，有 ${told(waiting)} 个任务在等待`,
      queue_paused: () => "整个队列已被暂停",
      handler_missing: ({ handler, runnable }, told) =>
        `没有 worker 提供处理器“${handler}”，有 ${told(runnable)} 个任务在等待它`,
      tasks_late: ({ needSlots, slots }, told) =>
        `任务开始得太晚：需要 ${told(needSlots)} 个槽位，worker 只有 ${told(slots)} 个`,
      attempts_lost: ({ count }, told) => `有 ${told(count)} 个运行中的尝试没有 worker 认领`,
      process_lost: ({ kind, name }) => `${kindsZh[kind]} ${name} 未正常停止就消失了`,
      group_paused: ({ group, waiting }, told) =>
        `分组${groupZh(group)}已暂停${waiting > 0 ? `，有 ${told(waiting)} 个任务在等待` : ""}`,
      dead_letters: ({ count, group }, told) => `${groupZh(group)}有 ${told(count)} 个任务最终失败`,
      schedule_overdue: ({ id }) => `定时任务“${id}”已到期但未触发`,
      schedule_missed: ({ id, count }, told) => `定时任务“${id}”错过了 ${told(count)} 次运行`,
      schedule_unreadable: ({ id }) => `定时任务“${id}”无法读取`,
      versions_differ: ({ versions }) => `有 ${versions.length} 个版本的进程同时运行`,
    },
    details: {
      no_gateway: () => "请启动一个网关，并查看上一个为何退出：其日志末尾会说明原因。",
      no_worker: () => "请启动一个 worker。任务暂存在 Redis 中，不会丢失；定时任务不会触发。",
      queue_paused: () => "它是在队列面板上或由 BullMQ 客户端暂停的，请在队列面板上恢复。",
      handler_missing: () => "请在 worker 的设置 handlers 中声明它，或启动提供它的 worker。",
      tasks_late: ({ oldestAgeMs }, span) => `最久的任务已可运行 ${span(oldestAgeMs)}。请增加 worker 或提高其并发数。`,
      attempts_lost: () => "其 worker 已挂起或与 Redis 断开。锁过期后会交给其他 worker。",
      process_lost: () => "它被终止、挂起，或与 Redis 断开。它正在执行的任务会由其他进程重新执行。",
      group_paused: ({ reason }) => reason,
      dead_letters: ({ kinds }) => kinds.map(({ reason, count }) => `${reason}(${count})`).join(" · "),
      schedule_overdue: () => "定时任务由 worker 触发：是否有 worker 在运行，其时钟是否正确？",
      schedule_missed: () => "当时没有 worker 可用。如有必要，请立即运行。",
      schedule_unreadable: () => "其存储内容已损坏，请重新提交。",
      versions_differ: ({ versions }) => `${versions.join("、")}。逐个替换进程时会如此，请完成替换。`,
    },
    ungrouped: "未分组",
  },
};
