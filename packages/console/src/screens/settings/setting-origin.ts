import { Fragment, h, type VNode } from "preact";
import type { SetAnswer } from "../../answers/settings.ts";
import { useWords } from "../../state/use-words.ts";
import { code, span } from "../../ui/html.ts";
import { words } from "./words.ts";

/** Where a value is from: the file, a variable, or nobody has set it. */
export function SettingOrigin({ set }: { readonly set: SetAnswer | undefined }): VNode {
  const said = useWords(words);
  if (set === undefined) return span({ class: "faint" }, said.byDefault);
  return set.variable === undefined ? h(Fragment, null, said.inFile) : code({ class: "variable" }, set.variable);
}
