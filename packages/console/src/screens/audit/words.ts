import type { AuditEntryAnswer, AuditLineAnswer } from "../../answers/audit.ts";
import type { Words } from "../../state/use-words.ts";

interface AuditWords {
  readonly title: string;
  readonly book: string;
  readonly books: { readonly people: string; readonly keys: string; readonly refusals: string };
  readonly when: string;
  readonly who: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly result: string;
  readonly chain: string;
  readonly kinds: Readonly<Record<AuditEntryAnswer["kind"], string>>;
  readonly verdicts: Readonly<Record<AuditLineAnswer["verdict"], string>>;
  readonly open: string;
  readonly none: string;
  readonly note: string;
  readonly older: string;
  readonly newest: string;
  readonly export: string;
}

export const words: Words<AuditWords> = {
  en: {
    title: "Audit",
    book: "Book",
    books: { people: "People", keys: "API keys", refusals: "Refused" },
    when: "When",
    who: "Who",
    what: "What",
    before: "before:",
    after: "after:",
    result: "Result",
    chain: "Chain",
    kinds: { intent: "intent", outcome: "outcome", login: "login", logout: "logout", refused: "refused" },
    verdicts: {
      right: "unbroken",
      first: "begins here",
      missing: "entries before it are missing, or it is forged",
      changed: "was changed",
    },
    open: "no outcome",
    none: "Nothing is written in this book yet.",
    note: "An intent without an outcome is an act whose end nobody knows.",
    older: "Older",
    newest: "Newest",
    export: "Download",
  },
  zh: {
    title: "审计",
    book: "账簿",
    books: { people: "人员", keys: "API 密钥", refusals: "被拒绝" },
    when: "时间",
    who: "操作者",
    what: "操作",
    before: "之前：",
    after: "之后：",
    result: "结果",
    chain: "链",
    kinds: { intent: "意图", outcome: "结果", login: "登录", logout: "退出", refused: "被拒绝" },
    verdicts: { right: "完整", first: "由此开始", missing: "之前的记录缺失，或此条系伪造", changed: "已被篡改" },
    open: "没有结果",
    none: "该账簿尚无记录。",
    note: "只有意图而没有结果，表示该操作的结局未知。",
    older: "更早",
    newest: "最新",
    export: "下载",
  },
};
