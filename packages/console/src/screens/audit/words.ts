import type { AuditEntryAnswer, AuditLineAnswer } from "../../answers/audit.ts";
import { nameInText } from "../../state/name-in-text.ts";
import { plural } from "../../state/plural.ts";
import type { Words } from "../../state/use-words.ts";

interface AuditWords {
  readonly title: string;
  readonly book: string;
  readonly books: Readonly<Record<AuditLineAnswer["book"] | "all", string>>;
  readonly search: string;
  readonly searchHint: string;
  readonly find: string;
  readonly unknown: (parts: string) => string;
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
  readonly noneLikeThis: string;
  readonly noneSoFar: string;
  readonly looked: (shown: number, examined: string, total: string) => string;
  readonly goOn: string;
  readonly note: string;
  readonly older: string;
  readonly newest: string;
  readonly export: string;
}

export const words: Words<AuditWords> = {
  en: {
    title: "Audit",
    book: "Book",
    books: { people: "People", keys: "API keys", refusals: "Refused", all: "All" },
    search: "Find entries",
    searchHint: "actor:ada act:pause group:mail outcome:failed since:1h, or words of a reason",
    find: "Find",
    unknown: (parts) =>
      `Not understood: ${nameInText(parts)}. What can be asked for: actor, act, target (or group, task, schedule, user), outcome (done, failed, refused, open), via (page, key), chain:broken, since and until (90s, 15m, 1h, 7d, or a time), or words of a reason.`,
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
    noneLikeThis: "No entry is like this. Of a book about the newest 100 000 are kept, of what was refused 10 000.",
    noneSoFar: "None so far, and there is more to look at.",
    looked: (shown, examined, total) =>
      `${shown} ${plural(shown, "entry", "entries")} · looked at ${examined} of about ${total}`,
    goOn: "Look further",
    note: "An intent without an outcome is an act whose end nobody knows.",
    older: "Older",
    newest: "Newest",
    export: "Download these as NDJSON",
  },
  zh: {
    title: "审计",
    book: "账簿",
    books: { people: "人员", keys: "API 密钥", refusals: "被拒绝", all: "全部" },
    search: "查找记录",
    searchHint: "actor:ada act:pause group:mail outcome:failed since:1h，或原因中的文字",
    find: "查找",
    unknown: (parts) =>
      `无法理解：${nameInText(parts)}。可用条件：actor、act、target（或 group、task、schedule、user）、outcome（done、failed、refused、open）、via（page、key）、chain:broken、since 和 until（90s、15m、1h、7d 或时间），或原因中的文字。`,
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
    noneLikeThis: "没有这样的记录。每本账簿约保留最新的 100 000 条，被拒绝的保留 10 000 条。",
    noneSoFar: "暂未找到，还有更多记录可查。",
    looked: (shown, examined, total) => `${shown} 条记录 · 已查看约 ${total} 条中的 ${examined} 条`,
    goOn: "继续查找",
    note: "只有意图而没有结果，表示该操作的结局未知。",
    older: "更早",
    newest: "最新",
    export: "下载这些记录（NDJSON）",
  },
};
