import type { Need, Severity } from "../answers/overview.ts";
import type { Words } from "../state/use-words.ts";

/** What needs somebody, by kind. */
export type RuleCode = Need["code"];

export interface NeedRule {
  /** What it can be, the most urgent first. */
  readonly severities: readonly [Severity, ...Severity[]];
  /** When it is told, with its bound. */
  readonly means: string;
  readonly todo: Words<string>;
}

/** From where on something needs somebody. */
export const needBounds = {
  /** Work that waits so many times longer than it is meant to is late. */
  lateFactor: 10,
  /** Workers say how busy they are every 3 s, so one reading proves nothing. */
  attemptsLostAfterMs: 15_000,
  /** A process that has gone is told of for so long. */
  processToldMs: 600_000,
  /** Processes that are replaced one by one differ meanwhile. */
  settingsDifferAfterMs: 60_000,
  /** A group that failed yesterday and not since is no reason to wake anybody. */
  freshFailureMs: 3_600_000,
  /** Overdue by a minute is overdue by any clock that is right to a second or two. */
  scheduleOverdueMs: 60_000,
  /** A tick missed before this long is history. */
  scheduleMissedWithinMs: 86_400_000,
} as const;

const [seconds, minutes, hours] = [1_000, 60_000, 3_600_000];

/**
 * The one table of what the hub asks people to look at. The first screen says what is here, an alert is sent by it (api, ops/alerts),
 * docs/how-to/console.md has its rows and infra/prometheus/alerts.yml its rules; tests hold all of them to it.
 */
export const needRules: Readonly<Record<RuleCode, NeedRule>> = {
  redis_away: {
    severities: ["critical"],
    means: "An api gets no answer from Redis. The page shows what it knew last; each api that sees it sends an alert.",
    todo: {
      en: "Look at Redis, and at the network between. Nothing is accepted meanwhile; clients stay connected.",
      zh: "请检查 Redis 及其网络。在此期间不接受新请求；客户端保持连接。",
    },
  },
  redis_refuses: {
    severities: ["critical"],
    means: "Redis can be read and takes no writes: nothing is accepted, and no task ends.",
    todo: {
      en: "Give it more memory or fewer keys, make it the primary again, or mend its disk; its log says which. Nobody can log in meanwhile.",
      zh: "请增加内存或减少键，恢复其主节点身份，或修复磁盘；其日志会说明原因。在此期间无法登录。",
    },
  },
  no_gateway: {
    severities: ["critical"],
    means: "No gateway is on the list of processes: nobody can connect.",
    todo: {
      en: "Start one, and look why the last one ended: its log says so in the last lines.",
      zh: "请启动一个网关，并查看上一个为何退出：其日志末尾会说明原因。",
    },
  },
  no_worker: {
    severities: ["critical"],
    means: "No worker takes tasks: nothing runs and no schedule fires.",
    todo: {
      en: "Start one. Tasks wait in Redis meanwhile and none is lost; schedules do not fire.",
      zh: "请启动一个 worker。任务暂存在 Redis 中，不会丢失；定时任务不会触发。",
    },
  },
  queue_paused: {
    severities: ["critical"],
    means: "All of the queue is paused, which only dashboards and BullMQ clients do.",
    todo: {
      en: "It was paused on the board of queues (the audit says by whom) or by a BullMQ client. Resume it when the reason is gone.",
      zh: "它是在队列面板上（审计中有操作者）或由 BullMQ 客户端暂停的。原因消除后请恢复。",
    },
  },
  handler_missing: {
    severities: ["critical"],
    means: "Tasks could run, or were given back, and no worker has their handler.",
    todo: {
      en: "Declare it under handlers in the settings of a worker, or start the workers that have it.",
      zh: "请在 worker 的设置 handlers 中声明它，或启动提供它的 worker。",
    },
  },
  tasks_late: {
    severities: ["warning"],
    means: `The oldest task that could run has waited more than ${needBounds.lateFactor} times \`worker.processes.target_wait\`; what mostly fails, or has no worker, does not count.`,
    todo: {
      en: "Start more workers, or raise their concurrency.",
      zh: "请增加 worker 或提高其并发数。",
    },
  },
  attempts_lost: {
    severities: ["warning"],
    means: `For ${needBounds.attemptsLostAfterMs / seconds} s attempts were running that no worker on the list has.`,
    todo: {
      en: "Their worker hangs or has lost its line to Redis. They are given to another one when their locks run out.",
      zh: "其 worker 已挂起或与 Redis 断开。锁过期后会交给其他 worker。",
    },
  },
  process_lost: {
    severities: ["warning"],
    means: `A gateway, an api, a worker or the parent of a pool vanished within the last ${needBounds.processToldMs / minutes} minutes without having said that it stops.`,
    todo: {
      en: "It was killed, hangs, or has lost its line to Redis.",
      zh: "它被终止、挂起，或与 Redis 断开。",
    },
  },
  group_paused: {
    severities: ["warning", "notice"],
    means:
      "A group is paused, by somebody or by `pauseAfter`. Without waiting tasks it is a notice. Up to 1000 groups are looked at.",
    todo: { en: "Mend what its reason says, then resume it.", zh: "请先排除暂停原因，然后恢复该分组。" },
  },
  dead_letters: {
    severities: ["warning", "notice"],
    means: `Tasks of a group failed for good, of the 200 groups in which that was last; a notice when the newest is ${needBounds.freshFailureMs / hours} h old.`,
    todo: { en: "Mend the cause, then redrive them.", zh: "请先排除失败原因，然后重新投递。" },
  },
  schedule_overdue: {
    severities: ["critical"],
    means: `A schedule should have fired ${needBounds.scheduleOverdueMs / seconds} s ago.`,
    todo: {
      en: "Workers fire schedules: is one running, and is its clock right?",
      zh: "定时任务由 worker 触发：是否有 worker 在运行，其时钟是否正确？",
    },
  },
  schedule_missed: {
    severities: ["warning"],
    means: `A schedule has passed over ticks within ${needBounds.scheduleMissedWithinMs / hours} h because they were late.`,
    todo: {
      en: "No worker was there in time. Run it now if it matters.",
      zh: "当时没有 worker 可用。如有必要，请立即运行。",
    },
  },
  schedule_unreadable: {
    severities: ["warning"],
    means: "What is stored of a schedule cannot be read.",
    todo: { en: "What is stored of it is broken. Put it again.", zh: "其存储内容已损坏，请重新提交。" },
  },
  versions_differ: {
    severities: ["notice"],
    means: "Processes of several versions run beside each other.",
    todo: {
      en: "That is so while they are replaced one by one; finish it.",
      zh: "逐个替换进程时会如此，请完成替换。",
    },
  },
  settings_differ: {
    severities: ["notice"],
    means: `For ${needBounds.settingsDifferAfterMs / seconds} s processes of one kind and version have been running with different settings; ports, names and the like do not count.`,
    todo: {
      en: "Settings shows what differs. Restart those that still have the old ones, or leave it so if it is meant.",
      zh: "“设置”页会列出差异。请重启仍使用旧设置的进程；如果有意如此，可以不处理。",
    },
  },
};
