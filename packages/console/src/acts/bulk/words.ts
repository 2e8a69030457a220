import { plural } from "../../state/plural.ts";
import { nameInText } from "../../state/name-in-text.ts";
import type { Words } from "../../state/use-words.ts";
import type { BulkActName } from "../../answers/bulk-acts.ts";

type ByAct<T> = Readonly<Record<BulkActName, T>>;

interface BulkWords {
  readonly all: ByAct<string>;
  readonly title: ByAct<string>;
  readonly asked: string;
  readonly counting: string;
  readonly matches: (count: string, isOne: boolean, isComplete: boolean) => string;
  readonly onPage: (count: number) => string;
  readonly effect: ByAct<string>;
  readonly frozen: string;
  readonly few: (max: string) => string;
  readonly rate: string;
  readonly perSecond: (rate: string) => string;
  readonly takes: (span: string) => string;
  readonly doIt: ByAct<(count: string) => string>;
  readonly begun: string;
  readonly panel: string;
  readonly doing: ByAct<string>;
  readonly of: (done: string, all: string) => string;
  readonly skipped: (count: string) => string;
  readonly by: (name: string) => string;
  readonly abort: string;
  readonly abortOf: (act: string, what: string) => string;
  readonly aborted: (done: string) => string;
  readonly status: Readonly<Record<"running" | "finished" | "aborted", string>>;
  readonly everything: string;
}

export const bulkWords: Words<BulkWords> = {
  en: {
    all: { retry: "Retry all that match…", cancel: "Cancel all that match…", discard: "Discard all that match…" },
    title: { retry: "Retry all that match?", cancel: "Cancel all that match?", discard: "Discard all that match?" },
    asked: "Tasks that are",
    counting: "Counting…",
    matches: (count, isOne, isComplete) =>
      `${isComplete ? "" : "At least "}${count} ${isOne ? "task matches" : "tasks match"} now.`,
    onPage: (count) => `This page shows ${count} of them; it is done to all.`,
    effect: {
      retry:
        "They go to the end of their groups, the oldest first and each with all its attempts. What they have done before they failed is done again.",
      cancel: "They end wherever they are; what they have done so far stays done. It cannot be taken back.",
      discard:
        "They leave the dead letters with all they carry, and cannot be run again. Why they failed can be read as long as before. It cannot be taken back.",
    },
    frozen: "What comes after this count is left alone. It goes on in the background, and can be aborted.",
    few: (max) => `You may do it to ${max} of them, the first in line; an admin to all.`,
    rate: "Tasks a second",
    perSecond: (rate) => `${rate} a second`,
    takes: (span) => `takes ${span}`,
    doIt: {
      retry: (count) => `Retry ${count}`,
      cancel: (count) => `Cancel ${count}`,
      discard: (count) => `Discard ${count}`,
    },
    begun: "Begun. How far it is stands above the list.",
    panel: "Acts on many tasks",
    doing: { retry: "Retry", cancel: "Cancel", discard: "Discard" },
    of: (done, all) => `${done} of ${all}`,
    skipped: (count) => `${count} ${plural(Number(count), "was", "were")} something else by then`,
    by: (name) => `by ${nameInText(name)}`,
    abort: "Abort",
    abortOf: (act, what) => `Abort “${act} ${nameInText(what)}”`,
    aborted: (done) => `Aborted after ${done}; nothing more is done.`,
    status: { running: "goes on", finished: "finished", aborted: "aborted" },
    everything: "all",
  },
  zh: {
    all: { retry: "重试全部匹配的任务…", cancel: "取消全部匹配的任务…", discard: "丢弃全部匹配的任务…" },
    title: { retry: "重试全部匹配的任务？", cancel: "取消全部匹配的任务？", discard: "丢弃全部匹配的任务？" },
    asked: "条件",
    counting: "统计中…",
    matches: (count, _isOne, isComplete) => `当前有${isComplete ? "" : "至少 "} ${count} 个任务匹配。`,
    onPage: (count) => `本页显示其中 ${count} 个；将对全部执行。`,
    effect: {
      retry: "它们将排到各自分组的末尾，最早的在前，每个都有全部尝试次数。失败前已经做过的事会再做一次。",
      cancel: "无论处于何种状态都会结束；已经做过的事不会撤回。此操作无法撤销。",
      discard: "它们连同携带的数据一起移出最终失败的任务，不能再次运行；失败原因在原定期限内仍可查看。此操作无法撤销。",
    },
    frozen: "此次统计之后出现的任务不受影响。操作在后台进行，可以中止。",
    few: (max) => `您可以对其中最前的 ${max} 个执行；全部执行需要管理员。`,
    rate: "每秒任务数",
    perSecond: (rate) => `每秒 ${rate} 个`,
    takes: (span) => `需要 ${span}`,
    doIt: {
      retry: (count) => `重试 ${count} 个`,
      cancel: (count) => `取消 ${count} 个`,
      discard: (count) => `丢弃 ${count} 个`,
    },
    begun: "已开始；进度显示在上方。",
    panel: "批量操作",
    doing: { retry: "重试", cancel: "取消", discard: "丢弃" },
    of: (done, all) => `${done} / ${all}`,
    skipped: (count) => `${count} 个届时已是其他状态`,
    by: (name) => `由 ${nameInText(name)} 发起`,
    abort: "中止",
    abortOf: (act, what) => `中止“${act} ${nameInText(what)}”`,
    aborted: (done) => `已在处理 ${done} 个后中止；不再继续。`,
    status: { running: "进行中", finished: "已完成", aborted: "已中止" },
    everything: "全部",
  },
};
