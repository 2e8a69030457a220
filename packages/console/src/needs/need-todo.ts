import type { Need } from "../answers/overview.ts";
import type { Language } from "../state/preferences.ts";
import type { Words } from "../state/use-words.ts";
import { needRules, type RuleCode } from "./need-rules.ts";

type LostKind = Extract<Need, { readonly code: "process_lost" }>["kind"];

/** What becomes of what a process did that has vanished. */
const lost: Words<Readonly<Record<LostKind, string>>> = {
  en: {
    gateway: "Its clients come back to other gateways.",
    api: "Other apis answer in its place, and go on with what it did for many tasks.",
    worker: "What it ran is run again by others.",
    pool: "Its processes finish what they run and end. Start it again.",
  },
  zh: {
    gateway: "其客户端会重新连接到其他网关。",
    api: "其他 api 会代替它应答，并继续它正在进行的批量操作。",
    worker: "它正在执行的任务会由其他进程重新执行。",
    pool: "其子进程会完成手头任务后退出。请重新启动它。",
  },
};

/** What to do about needs of one rule that are told together, and what comes of them by itself. */
export function todoOfNeeds(rule: RuleCode, needs: readonly Need[], language: Language): string {
  const todo = needRules[rule].todo[language];
  const kinds = new Set(needs.flatMap((need) => (need.code === "process_lost" ? [need.kind] : [])));
  return [todo, ...[...kinds].map((kind) => lost[language][kind])].join(language === "zh" ? "" : " ");
}
