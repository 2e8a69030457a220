import type { AuditBook } from "@switchyard/broker/audit-store";
import type { Frame } from "../frame.ts";
import type { Verdict } from "./audit-chain.ts";
import type { AuditEntry } from "./audit-entry.ts";

const en = {
  locale: "en-GB",
  audit: "Audit",
  explain:
    "What was done by whom: before an act its intent, after it the outcome. An intent alone is an act whose end nobody knows.",
  books: { people: "People", keys: "API keys", refusals: "Refused" } satisfies Record<AuditBook, string>,
  kinds: {
    intent: "intent",
    outcome: "outcome",
    login: "logged in",
    logout: "logged out",
    refused: "refused",
  } satisfies Record<AuditEntry["kind"], string>,
  verdicts: {
    missing: "an entry before this one is missing, or this one is forged",
    changed: "this entry was changed, or signed by another secret",
  } satisfies Record<Exclude<Verdict, "right" | "first">, string>,
  open: "no outcome: nobody knows how it ended",
  none: "Nothing yet.",
  when: "When (UTC)",
  who: "Who",
  what: "What",
  before: "before:",
  after: "after:",
  result: "Result",
  older: "Older",
  export: "Download all as NDJSON",
};
export type AuditWords = typeof en;
export type AuditFrame = Frame<AuditWords>;

const zh: AuditWords = {
  locale: "zh-CN",
  audit: "审计",
  explain: "谁做了什么:操作前记录意图,操作后记录结果。只有意图而没有结果,表示不知道操作是否完成。",
  books: { people: "人员", keys: "API 密钥", refusals: "被拒绝" },
  kinds: { intent: "意图", outcome: "结果", login: "登录", logout: "退出登录", refused: "被拒绝" },
  verdicts: { missing: "此条之前的记录缺失,或此条系伪造", changed: "此条已被改动,或由其他密钥签名" },
  open: "没有结果:不知道它是如何结束的",
  none: "暂无记录。",
  when: "时间(UTC)",
  who: "谁",
  what: "操作",
  before: "之前:",
  after: "之后:",
  result: "结果",
  older: "更早",
  export: "下载全部(NDJSON)",
};

export const words = { en, zh };
