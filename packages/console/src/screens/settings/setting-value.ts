import type { VNode } from "preact";
import type { SetAnswer, SettingAnswer } from "../../answers/settings.ts";
import { useWords } from "../../state/use-words.ts";
import { code, details, pre, span, summary } from "../../ui/html.ts";
import { words } from "./words.ts";

export interface SettingValueProps {
  readonly setting: SettingAnswer;
  /** Undefined: it is by default. */
  readonly set: SetAnswer | undefined;
}

/** A value as people read it. Of a secret, whether there is one. */
export function SettingValue({ setting: { byDefault, isSecret }, set }: SettingValueProps): VNode {
  const said = useWords(words);
  if (isSecret) {
    const isSet = set?.isSet === true;
    const entries = isSet && set.entries !== undefined ? ` · ${said.entries(set.entries)}` : "";
    return span({ class: isSet ? "" : "faint" }, isSet ? said.isSet + entries : said.isNotSet);
  }
  if (set?.isCut === true) return span({ class: "soft" }, said.isCut);
  if (set === undefined) return shown(byDefault === null ? "–" : JSON.parse(byDefault), true);
  return shown(set.value, false);

  function shown(value: unknown, isFaint: boolean): VNode {
    const kind = isFaint ? "faint" : "";
    if (value === "") return span({ class: "faint" }, said.empty);
    if (typeof value !== "object" || value === null) return code({ class: kind }, String(value));
    const entries = Array.isArray(value) ? value.length : Object.keys(value).length;
    if (entries === 0) return span({ class: "faint" }, said.empty);
    const texts = Array.isArray(value) && value.every((one) => typeof one !== "object");
    if (texts && JSON.stringify(value).length < 120) return code({ class: kind }, value.map(String).join(", "));
    return details(
      null,
      summary(null, said.entries(entries)),
      pre({ class: "text", tabIndex: 0 }, JSON.stringify(value, null, 2)),
    );
  }
}
