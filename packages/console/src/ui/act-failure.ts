import type { HubFailure } from "../state/hub.ts";
import type { Language } from "../state/preferences.ts";
import { nameInText } from "../state/name-in-text.ts";
import { failureText } from "./failure.ts";

type Known = "unanswered" | "outcome_unknown" | "unavailable" | "state_moved" | "not_found" | "method_not_allowed";

/** What was looked at tries again by itself; what was done does not, so it is said otherwise here. */
const texts: Readonly<Record<Language, Readonly<Record<Known, string>>>> = {
  en: {
    unanswered:
      "The api has not answered in time. It may have been done, or be done later: look before you do it again.",
    outcome_unknown: "It was sent to Redis and the answer was lost: look whether it was done before you do it again.",
    unavailable: "Redis does not do it for now, and nothing was done.",
    state_moved: "Nothing was done: it is no longer as it was on this page, somebody has changed it since.",
    not_found: "This api does not do it: it only looks (ops.read_only), or it is not there any more. Reload the page.",
    method_not_allowed: "This api only looks (ops.read_only). Reload the page.",
  },
  zh: {
    unanswered: "api 未及时应答。操作可能已经执行，也可能稍后执行：再次操作前请先查看。",
    outcome_unknown: "请求已发往 Redis，但未收到应答：再次执行前，请先确认是否已经生效。",
    unavailable: "Redis 目前无法执行，未做任何更改。",
    state_moved: "未执行任何操作：状态已与本页所示不同，其间有人更改过。",
    not_found: "此 api 不执行该操作：它是只读的(ops.read_only)，或对象已不存在。请刷新页面。",
    method_not_allowed: "此 api 是只读的(ops.read_only)。请刷新页面。",
  },
};

/** Why an act was not done, or that nobody knows whether it was. */
export function actFailureText(failure: HubFailure, language: Language): string {
  const known = texts[language][failure.code as Known] as string | undefined;
  const note = failure.now?.["reason"] ?? failure.now?.["note"];
  const text = known ?? failureText(failure, language);
  // Of a pause, what whoever did it has noted.
  return failure.code === "state_moved" && typeof note === "string" && note !== ""
    ? `${text} “${nameInText(note)}”`
    : text;
}
