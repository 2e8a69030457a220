import type { VNode } from "preact";
import type { HubFailure } from "../state/hub.ts";
import type { Language } from "../state/preferences.ts";
import { nameInText } from "../state/name-in-text.ts";
import { useDesk } from "../state/desk.ts";
import { icon } from "./icon.ts";
import { div, p } from "./html.ts";

type Known =
  | "unreachable"
  | "unavailable"
  | "redis_refuses"
  | "outcome_unknown"
  | "unauthorized"
  | "forbidden"
  | "internal"
  | "state_moved"
  | "proof_needed";

/** What to do about it; what the api itself says stands behind it. */
const texts: Readonly<Record<Language, Readonly<Record<Known, string>>>> = {
  en: {
    unreachable:
      "The api does not answer. It may be restarting, or your network is away; this page tries again by itself.",
    unavailable:
      "Redis does not answer, so nothing can be read and nothing was done. Look at Redis and its network; this page tries again by itself.",
    redis_refuses:
      "Redis takes no writes for now: it is full, a read-only replica, or cannot save to its disk. Nothing was done.",
    outcome_unknown: "It was sent to Redis and the answer was lost: look whether it was done before you do it again.",
    unauthorized: "Your login is over. Log in again in another tab, and this page goes on.",
    forbidden: "You may not do this.",
    internal: "That was an error of the hub. Its log says more.",
    state_moved: "Nothing was done: it is no longer as you saw it. Look at what has changed and decide again.",
    proof_needed: "Nothing was done yet: this act needs a login of the last five minutes. Show first that it is you.",
  },
  zh: {
    unreachable: "api 没有应答。它可能正在重启，或者您的网络已断开；本页会自动重试。",
    unavailable: "Redis 没有应答，因此无法读取，也没有执行任何操作。请检查 Redis 及其网络；本页会自动重试。",
    redis_refuses: "Redis 暂时拒绝写入：内存已满、当前是只读副本，或无法写入磁盘。没有执行任何操作。",
    outcome_unknown: "请求已发往 Redis，但未收到应答：再次执行前，请先确认是否已经生效。",
    unauthorized: "登录已失效。请在另一个标签页重新登录，本页会继续工作。",
    forbidden: "您没有权限执行此操作。",
    internal: "这是 hub 自身的错误，详情请见其日志。",
    state_moved: "未执行任何操作：状态已不是您看到的样子。请查看变化后重新决定。",
    proof_needed: "尚未执行：此操作需要五分钟之内的登录，请先证明是您本人。",
  },
};

const roles: Readonly<Record<string, string>> = { viewer: "只读", operator: "操作员", admin: "管理员" };

export function failureText({ code, message, needs }: HubFailure, language: Language): string {
  const known = texts[language][code as Known] as string | undefined;
  // Of a refusal the api says best what is wrong with it.
  if (known === undefined) return nameInText(message);
  if (needs !== undefined && language === "zh") return `${known}所需角色：${roles[needs] ?? needs}。`;
  return code === "forbidden" && message !== "" ? `${known} ${nameInText(message)}` : known;
}

/** In place of what could not be read. */
export function Failed({ failure }: { readonly failure: HubFailure }): VNode {
  const language = useDesk().preferences.language.value;
  return div({ class: "state failed", role: "alert" }, icon("critical"), p(null, failureText(failure, language)));
}
