import type { ComponentChildren, VNode } from "preact";
import type { Poll } from "../state/poll.ts";
import { useWords } from "../state/use-words.ts";
import { Failed } from "./failure.ts";
import { div, part } from "./html.ts";

const words = { en: { reading: "Reading…" }, zh: { reading: "读取中…" } };

/** What was answered, however old; before the first answer that it is awaited, or why there is none. */
export function Answer<T>({
  of,
  show,
}: {
  readonly of: Poll<T>;
  readonly show: (data: T) => ComponentChildren;
}): VNode {
  const said = useWords(words);
  const data = of.data.value;
  if (data !== undefined) return div({ class: "answer" }, show(data));
  const failure = of.failure.value;
  return failure === undefined ? div({ class: "state reading" }, said.reading) : part(Failed, { failure });
}
