import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useWords } from "../state/use-words.ts";
import { button } from "./html.ts";
import { icon } from "./icon.ts";

const words = { en: { copy: "Copy", copied: "Copied" }, zh: { copy: "复制", copied: "已复制" } };

/** Puts a text where it can be pasted from; without that right the text is there to be selected. */
export function CopyButton({ text }: { readonly text: string }): VNode {
  const said = useWords(words);
  const isDone = useSignal(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        isDone.value = true;
        setTimeout(() => (isDone.value = false), 2_000);
      },
      () => undefined,
    );
  const shown = isDone.value ? said.copied : said.copy;
  return button(
    { class: "plain copy", "aria-label": shown, title: shown, onClick: () => void copy() },
    icon(isDone.value ? "fine" : "copy"),
  );
}
