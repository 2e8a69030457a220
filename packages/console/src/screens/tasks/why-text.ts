import type { WhyAnswer } from "../../answers/tasks.ts";
import { nameInText } from "../../state/name-in-text.ts";
import type { Language } from "../../state/preferences.ts";

/** Why a task does not run, or what it does. The api says it in English; the same states in Chinese stand here. */
export function whyText(why: WhyAnswer, language: Language): string {
  if (language === "en") return nameInText(why.text);
  const { state, group, ahead = 0, reason = "", limit = "" } = why;
  const behind = ahead > 0 ? `，前面还有 ${ahead} 个任务` : "";
  switch (state) {
    case "running":
      return "正在运行。";
    case "delayed":
      return "尚未到期。";
    case "paused":
      return why.paused === "queue" ? "整个队列已暂停。" : `所属分组已暂停(${nameInText(reason)})${behind}。`;
    case "limited":
      return `所属分组已用完其速率${behind}。`;
    case "maxed":
      return `所属分组的位置已全部占用${behind}。`;
    case "held":
      return `前一个任务失败后保留位置，等待下一次尝试${behind}。`;
    case "handler_maxed":
      return `其处理器已达到同时运行的上限(${limit})${behind}。`;
    case "throttled":
      return `整个队列已达到面板或 BullMQ 客户端设置的上限${behind}。`;
    case "behind":
      return group === "" ? `前面还有 ${ahead} 个未分组任务。` : `同组前面还有 ${ahead} 个任务。`;
    case "ready":
      return group === "" ? "它可以开始，正在等待空闲的 worker。" : "它是该分组的下一个，正在等待空闲的 worker。";
    case "unhandled":
      return group === ""
        ? "它可以开始，但没有 worker 提供其处理器。"
        : "它是该分组的下一个，但没有 worker 提供其处理器。";
    default:
      return nameInText(why.text);
  }
}
