import type { Words } from "../../state/use-words.ts";

interface WorkersWords {
  readonly title: string;
  readonly enough: (need: string, slots: string) => string;
  readonly tooFew: (need: string, slots: string) => string;
  readonly none: string;
  readonly need: string;
  readonly needDetail: (target: string) => string;
  readonly slots: string;
  readonly busy: string;
  readonly runnable: string;
  readonly oldest: string;
  readonly handlers: string;
  readonly handler: string;
  readonly kind: string;
  readonly nobody: string;
  readonly have: string;
  readonly retrying: string;
  readonly seconds: string;
  readonly noHandlers: string;
  readonly worker: string;
  readonly pool: string;
  readonly state: string;
  readonly version: string;
  readonly since: string;
  readonly seen: string;
  readonly start: string;
}

export const words: Words<WorkersWords> = {
  en: {
    title: "Workers",
    enough: (need, slots) => `The work needs ${need} slots, and workers have ${slots}.`,
    tooFew: (need, slots) =>
      `The work needs ${need} slots, and workers have ${slots}: start more workers, or raise worker.concurrency.`,
    none: "No worker is running. Tasks wait in Redis meanwhile and none is lost.",
    need: "Slots needed",
    needDetail: (target) => `to begin all within ${target}`,
    slots: "Slots there are",
    busy: "Running",
    runnable: "Could run now",
    oldest: "Oldest of them",
    handlers: "Handlers",
    handler: "Handler",
    kind: "Kind",
    nobody: "no worker has it",
    have: "Workers",
    retrying: "Of them retries",
    seconds: "Time of an attempt",
    noHandlers: "No worker has a handler of yours. Declare it under handlers in the settings.",
    worker: "Worker",
    pool: "Pool",
    state: "State",
    version: "Version",
    since: "Started",
    seen: "Last seen",
    start: "docker compose up --scale worker=2",
  },
  zh: {
    title: "Worker",
    enough: (need, slots) => `当前工作需要 ${need} 个槽位，worker 共有 ${slots} 个。`,
    tooFew: (need, slots) =>
      `当前工作需要 ${need} 个槽位，worker 只有 ${slots} 个：请增加 worker，或提高 worker.concurrency。`,
    none: "没有运行中的 worker。任务暂存在 Redis 中，不会丢失。",
    need: "所需槽位",
    needDetail: (target) => `以便全部在 ${target}内开始`,
    slots: "现有槽位",
    busy: "运行中",
    runnable: "可立即运行",
    oldest: "其中最久的",
    handlers: "处理器",
    handler: "处理器",
    kind: "类型",
    nobody: "没有 worker 提供",
    have: "Worker 数",
    retrying: "其中重试",
    seconds: "单次尝试耗时",
    noHandlers: "没有 worker 提供您的处理器。请在设置的 handlers 中声明。",
    worker: "Worker",
    pool: "进程池",
    state: "状态",
    version: "版本",
    since: "启动",
    seen: "最后出现",
    start: "docker compose up --scale worker=2",
  },
};
