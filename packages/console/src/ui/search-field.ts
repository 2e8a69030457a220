import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { button, form, input } from "./html.ts";

export interface SearchFieldProps {
  readonly text: string;
  readonly label: string;
  readonly hint: string;
  readonly find: string;
  readonly onFind: (text: string) => void;
}

/** One box for all that can be asked for. Give it another key where its text is to be another. */
export function SearchField({ text, label, hint, find, onFind }: SearchFieldProps): VNode {
  const typed = useSignal(text);
  return form(
    {
      class: "search",
      role: "search",
      onSubmit: (event: Event) => {
        event.preventDefault();
        onFind(typed.value.trim());
      },
    },
    input({
      "aria-label": label,
      placeholder: hint,
      maxLength: 600,
      spellcheck: false,
      autocomplete: "off",
      value: typed.value,
      onInput: (event) => (typed.value = event.currentTarget.value),
    }),
    button({ class: "quiet" }, find),
  );
}
