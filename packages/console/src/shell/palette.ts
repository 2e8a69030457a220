import { type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { bdi, dialog, div, input, kbd, li, part, span, ul } from "../ui/html.ts";
import { type Choice, findChoices } from "./find-choices.ts";
import { shellWords } from "./shell-words.ts";

/** One field that goes anywhere: a task by its id, a group by its name, a screen. What an entry does asks as it does everywhere. */
export function Palette({ onClose }: { readonly onClose: () => void }): VNode {
  const said = useWords(shellWords);
  const desk = useDesk();
  const ref = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const text = useSignal("");
  const at = useSignal(0);
  const choices = useComputed(() => findChoices(text.value, desk));
  // Before the next key: what is typed after ⌘K belongs into the field.
  useLayoutEffect(() => ref.current?.showModal(), []);
  const take = (index: number) => {
    const choice = choices.value[index];
    if (choice === undefined) return;
    ref.current?.close();
    choice.take();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { length } = choices.value;
    if (event.key === "ArrowDown") at.value = length === 0 ? 0 : (at.value + 1) % length;
    else if (event.key === "ArrowUp") at.value = length === 0 ? 0 : (at.value + length - 1) % length;
    else if (event.key === "Enter") take(at.value);
    else return;
    event.preventDefault();
  };
  return dialog(
    {
      ref,
      class: "palette",
      "aria-label": said.find,
      onClose,
      onClick: (event) => event.target === ref.current && ref.current?.close(),
    },
    input({
      role: "combobox",
      "aria-expanded": true,
      "aria-controls": listId,
      "aria-activedescendant": choices.value.length > 0 ? `${listId}-${at.value}` : undefined,
      "aria-label": said.find,
      placeholder: said.find,
      autocomplete: "off",
      spellcheck: false,
      maxLength: 256,
      value: text.value,
      onKeyDown,
      onInput: (event) => {
        text.value = event.currentTarget.value;
        at.value = 0;
      },
    }),
    part(ChoiceList, { id: listId, choices, at, take }),
    div(
      { class: "soft small" },
      span(null, kbd(null, "↑"), kbd(null, "↓"), ` ${said.move}`),
      span(null, kbd(null, "↵"), ` ${said.open}`),
      span(null, kbd(null, "esc"), ` ${said.close}`),
    ),
  );
}

interface ChoiceListProps {
  readonly id: string;
  readonly choices: ReadonlySignal<readonly Choice[]>;
  /** Which one is marked. */
  readonly at: Signal<number>;
  readonly take: (index: number) => void;
}

function ChoiceList({ id, choices, at, take }: ChoiceListProps): VNode {
  const said = useWords(shellWords);
  return ul(
    { id, role: "listbox", "aria-label": said.find },
    choices.value.map(({ title, detail, key }, index) =>
      li(
        {
          key,
          id: `${id}-${index}`,
          role: "option",
          "aria-selected": index === at.value,
          onPointerMove: () => (at.value = index),
          onClick: () => take(index),
        },
        bdi(null, title),
        span({ class: "soft" }, detail),
      ),
    ),
  );
}
