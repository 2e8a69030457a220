import { nameInText } from "../state/name-in-text.ts";
import { plural } from "../state/plural.ts";
import type { Words } from "../state/use-words.ts";

interface ActWords {
  /** Of what an act is about, as the sentences below have it in `what`. */
  readonly group: (group: string) => string;
  readonly quoted: (id: string) => string;
  /** `Resume “mail”`, of a verb as it stands on a button. */
  readonly name: (verb: string, what: string) => string;
  readonly underWay: (act: string) => string;
  readonly notDone: (act: string, because: string) => string;
  readonly undoOf: (act: string) => string;
  readonly undone: (act: string) => string;
  readonly resume: string;
  readonly resumed: (what: string) => string;
  readonly resumeQueue: string;
  readonly resumeQueueTitle: string;
  readonly resumeQueueEffect: string;
  readonly queueResumed: string;
  readonly queueWentOn: string;
  readonly pause: string;
  readonly pauseTitle: (what: string) => string;
  readonly pauseEffect: string;
  readonly paused: (what: string) => string;
  readonly redrive: string;
  readonly redriveTitle: (what: string) => string;
  readonly redriveEffect: (count: string, isOne: boolean) => string;
  readonly redriveStaysPaused: string;
  readonly redriveAct: (count: string) => string;
  readonly redriven: (count: string, what: string) => string;
  readonly discard: string;
  readonly discardTitle: (what: string) => string;
  readonly discardEffect: (count: string, isOne: boolean) => string;
  readonly discarded: (count: string, what: string) => string;
  readonly discardOneTitle: (id: string) => string;
  readonly discardOneEffect: string;
  readonly discardedOne: (id: string) => string;
  readonly runNow: string;
  readonly runTitle: (id: string) => string;
  readonly runEffect: string;
  readonly ran: (id: string) => string;
  readonly notRun: (id: string) => string;
  readonly counting: string;
  readonly inIt: (waiting: string, running: string) => string;
  readonly drain: string;
  readonly drainTitle: (what: string) => string;
  readonly drainEffect: string;
  readonly cancelAll: string;
  readonly cancelAllTitle: (what: string) => string;
  readonly cancelAllEffect: string;
  readonly cancelled: (count: string, what: string) => string;
  readonly retry: string;
  readonly retried: (id: string) => string;
  readonly cancel: string;
  readonly cancelTitle: (id: string) => string;
  readonly cancelEffect: string;
  readonly cancelledOne: (id: string) => string;
  readonly pauseScheduleEffect: string;
  readonly schedulePaused: (id: string) => string;
  readonly scheduleResumed: (id: string) => string;
}

export const actWords: Words<ActWords> = {
  en: {
    group: (group) => (group === "" ? "the tasks without a group" : `“${nameInText(group)}”`),
    quoted: (id) => `“${nameInText(id)}”`,
    name: (verb, what) => `${verb.replace("…", "")} ${what}`,
    underWay: (act) => `${act}: at work…`,
    notDone: (act, because) => `${act}: ${because}`,
    undoOf: (act) => `Undo of “${act}”`,
    undone: (act) => `Taken back: ${act}.`,
    resume: "Resume",
    resumed: (what) => `Group ${what} goes on.`,
    resumeQueue: "Resume all…",
    resumeQueueTitle: "Resume the whole queue?",
    resumeQueueEffect:
      "All that waits goes on where it was, in every group that is not paused itself. Ask whoever paused it, if you know who it was: the audit does.",
    queueResumed: "The queue goes on.",
    queueWentOn: "It was not paused any more.",
    pause: "Pause…",
    pauseTitle: (what) => `Pause ${what}?`,
    pauseEffect: "Nothing more of it starts; what runs goes on. Whoever looks at it sees your note.",
    paused: (what) => `Group ${what} is paused.`,
    redrive: "Redrive…",
    redriveTitle: (what) => `Run the failed tasks of ${what} again?`,
    redriveEffect: (count, isOne) =>
      `${count} ${isOne ? "task goes" : "tasks go"} to the end of the group, the oldest first and each with all its attempts. What they have done before they failed is done again.`,
    redriveStaysPaused: "The group is paused: they wait until it is resumed.",
    redriveAct: (count) => `Redrive ${count}`,
    redriven: (count, what) => `${count} ${plural(Number(count), "task", "tasks")} of ${what} queued again.`,
    discard: "Discard…",
    discardTitle: (what) => `Discard the failed tasks of ${what}?`,
    discardEffect: (count, isOne) =>
      `${count} ${isOne ? "task leaves" : "tasks leave"} the dead letters with all they carry, and cannot be run again. Why they failed can be read as long as before. It cannot be taken back.`,
    discarded: (count, what) =>
      `${count} ${plural(Number(count), "dead letter", "dead letters")} of ${what} discarded.`,
    discardOneTitle: (id) => `Discard ${nameInText(id)}?`,
    discardOneEffect:
      "It leaves the dead letters with all it carries, and cannot be run again. Why it failed can be read as long as before. It cannot be taken back.",
    discardedOne: (id) => `${nameInText(id)} is discarded.`,
    runNow: "Run now…",
    runTitle: (id) => `Run “${nameInText(id)}” now?`,
    runEffect: "Its task is enqueued at once, besides its times.",
    ran: (id) => `“${nameInText(id)}” runs now.`,
    notRun: (id) => `“${nameInText(id)}” does not run now: the run before has not ended, or its group is full.`,
    counting: "Counting…",
    inIt: (waiting, running) => `Now ${waiting} wait in it and ${running} run.`,
    drain: "Cancel what waits…",
    drainTitle: (what) => `Cancel everything that waits in ${what}?`,
    drainEffect:
      "What runs, or is between two attempts, goes on, and what is not due yet stays. It cannot be taken back.",
    cancelAll: "Cancel all…",
    cancelAllTitle: (what) => `Cancel everything in ${what}?`,
    cancelAllEffect:
      "What waits, what is between two attempts and what runs. What is not due yet stays, and is found among its tasks. It cannot be taken back.",
    cancelled: (count, what) => `${count} ${plural(Number(count), "task", "tasks")} of ${what} cancelled.`,
    retry: "Retry",
    retried: (id) => `${nameInText(id)} is queued again.`,
    cancel: "Cancel task…",
    cancelTitle: (id) => `Cancel ${nameInText(id)}?`,
    cancelEffect: "It ends wherever it is; what it has done so far stays done. It cannot be taken back.",
    cancelledOne: (id) => `${nameInText(id)} is cancelled.`,
    pauseScheduleEffect:
      "It does not run until it is resumed, and what lies between is not made up for. Whoever looks at it sees your note.",
    schedulePaused: (id) => `“${nameInText(id)}” is paused.`,
    scheduleResumed: (id) => `“${nameInText(id)}” goes on with its next time.`,
  },
  zh: {
    group: (group) => (group === "" ? "未分组的任务" : `“${nameInText(group)}”`),
    quoted: (id) => `“${nameInText(id)}”`,
    name: (verb, what) => `${verb.replace("…", "")}${what}`,
    underWay: (act) => `${act}：执行中…`,
    notDone: (act, because) => `${act}：${because}`,
    undoOf: (act) => `撤销“${act}”`,
    undone: (act) => `已撤销：${act}。`,
    resume: "恢复",
    resumed: (what) => `分组${what}已恢复。`,
    resumeQueue: "全部恢复…",
    resumeQueueTitle: "恢复整个队列？",
    resumeQueueEffect: "所有等待的任务将从原处继续，自身被暂停的分组除外。如果知道是谁暂停的，请先询问：审计中有记录。",
    queueResumed: "队列已恢复。",
    queueWentOn: "队列已不再处于暂停状态。",
    pause: "暂停…",
    pauseTitle: (what) => `暂停${what}?`,
    pauseEffect: "该分组不再启动新任务；运行中的任务会继续。查看它的人会看到您的备注。",
    paused: (what) => `分组${what}已暂停。`,
    redrive: "重新投递…",
    redriveTitle: (what) => `重新运行${what}的失败任务？`,
    redriveEffect: (count) =>
      `${count} 个任务将排到分组末尾，最早的在前，每个都有全部尝试次数。它们失败前已经做过的事会再做一次。`,
    redriveStaysPaused: "该分组已暂停：恢复之前它们会一直等待。",
    redriveAct: (count) => `重新投递 ${count} 个`,
    redriven: (count, what) => `${what}的 ${count} 个任务已重新排队。`,
    discard: "丢弃…",
    discardTitle: (what) => `丢弃${what}的失败任务？`,
    discardEffect: (count) =>
      `${count} 个任务将连同携带的数据一起移出最终失败的任务，不能再次运行；失败原因在原定期限内仍可查看。此操作无法撤销。`,
    discarded: (count, what) => `已丢弃${what}的 ${count} 个最终失败的任务。`,
    discardOneTitle: (id) => `丢弃 ${nameInText(id)}？`,
    discardOneEffect:
      "该任务将连同携带的数据一起移出最终失败的任务，不能再次运行；失败原因在原定期限内仍可查看。此操作无法撤销。",
    discardedOne: (id) => `${nameInText(id)} 已丢弃。`,
    runNow: "立即运行…",
    runTitle: (id) => `立即运行“${nameInText(id)}”？`,
    runEffect: "立即提交其任务，不影响原定时间。",
    ran: (id) => `“${nameInText(id)}”正在运行。`,
    notRun: (id) => `“${nameInText(id)}”现在不能运行：上一次尚未结束，或其分组已满。`,
    counting: "统计中…",
    inIt: (waiting, running) => `目前等待 ${waiting} 个，运行 ${running} 个。`,
    drain: "取消等待中的…",
    drainTitle: (what) => `取消${what}中所有等待的任务？`,
    drainEffect: "运行中或处于两次尝试之间的任务会继续，尚未到期的任务会保留。此操作无法撤销。",
    cancelAll: "全部取消…",
    cancelAllTitle: (what) => `取消${what}中的所有任务？`,
    cancelAllEffect:
      "包括等待中、两次尝试之间以及运行中的任务。尚未到期的任务会保留，可在该分组的任务中找到。此操作无法撤销。",
    cancelled: (count, what) => `${what}的 ${count} 个任务已取消。`,
    retry: "重试",
    retried: (id) => `${nameInText(id)} 已重新排队。`,
    cancel: "取消任务…",
    cancelTitle: (id) => `取消 ${nameInText(id)}?`,
    cancelEffect: "无论处于何种状态都会结束；已经做过的事不会撤回。此操作无法撤销。",
    cancelledOne: (id) => `${nameInText(id)} 已取消。`,
    pauseScheduleEffect: "恢复之前不再运行，期间错过的不会补上。查看它的人会看到您的备注。",
    schedulePaused: (id) => `“${nameInText(id)}”已暂停。`,
    scheduleResumed: (id) => `“${nameInText(id)}”将从下一个时间继续。`,
  },
};
