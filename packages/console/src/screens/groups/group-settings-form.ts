import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { groupPath } from "../../acts/group-acts.ts";
import { useAct } from "../../acts/use-act.ts";
import type { GroupSettingsAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { button, div, form, h2, header, input, label, option, p, part, section, select } from "../../ui/html.ts";
import { type Draft, draftOf, patchOf } from "./settings-draft.ts";
import { words } from "./words.ts";

export interface GroupSettingsProps {
  readonly group: string;
  readonly settings: GroupSettingsAnswer;
  /** Resolved when what holds now is known. */
  readonly onDone: () => Promise<void>;
}

/** What holds for a group, and a way to change it. What somebody is writing is not overwritten by what is read meanwhile. */
export function GroupSettingsForm({ group, settings, onDone }: GroupSettingsProps): VNode {
  const said = useWords(words);
  const { hub, operator } = useDesk();
  const act = useAct();
  const written = useSignal<Draft | undefined>(undefined);
  const draft = written.value ?? draftOf(settings);
  const write = (change: Partial<Draft>) => (written.value = { ...draft, ...change });
  // Before it is told that it is done: what is written from then on is somebody's again.
  const finish = async () => {
    await onDone();
    written.value = undefined;
  };
  const put = (patch: object) => hub.send("PUT", groupPath(group), patch).then(finish);
  const save = (event: Event) => {
    event.preventDefault();
    const before = patchOf(draftOf(settings));
    void act({ run: () => put(patchOf(draft)), done: said.saved, undo: () => put(before) });
  };
  const reset = () =>
    act({ run: () => hub.send("DELETE", `${groupPath(group)}/settings`).then(finish), done: said.resetDone });
  return section(
    { class: "panel" },
    header(null, h2(null, said.settings)),
    form(
      { class: "fields", onSubmit: save },
      part(Fields, { draft, write, isFixed: !operator.mayAct }),
      operator.mayAct && p({ class: "soft small" }, said.settingsHint),
      operator.mayAct &&
        div(
          { class: "buttons" },
          button({ type: "button", class: "quiet", onClick: () => void reset() }, said.reset),
          button({ class: "main", disabled: written.value === undefined }, said.save),
        ),
    ),
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly write: (change: Partial<Draft>) => void;
  readonly isFixed: boolean;
}

function Fields({ draft, write, isFixed }: FieldsProps): VNode {
  const said = useWords(words);
  const id = useId();
  const number = (name: keyof Draft, title: string, placeholder = "") => [
    label({ for: id + name }, title),
    input({
      id: id + name,
      inputMode: "decimal",
      disabled: isFixed,
      value: draft[name],
      placeholder,
      maxLength: 12,
      onInput: (event) => write({ [name]: event.currentTarget.value }),
    }),
  ];
  const choice = <T extends string>(name: keyof Draft, title: string, texts: Readonly<Record<T, string>>) => [
    label({ for: id + name }, title),
    select(
      {
        id: id + name,
        disabled: isFixed,
        value: draft[name],
        onChange: (event) => write({ [name]: event.currentTarget.value }),
      },
      (Object.keys(texts) as T[]).map((value) =>
        option({ key: value, value, selected: draft[name] === value }, texts[value]),
      ),
    ),
  ];
  const rows: ComponentChildren[] = [
    number("concurrency", said.concurrency, said.noBound),
    number("weight", said.weight),
    number("rateMax", said.rateMax, said.noBound),
    draft.rateMax !== "" && number("ratePerMs", said.ratePer),
    choice("onFailure", said.onFailure, said.onFailures),
    draft.onFailure === "pauseAfter" && number("pauseAfter", said.pauseAfter),
    number("maxSize", said.maxSize, said.noBound),
    draft.maxSize !== "" && choice("onFull", said.onFull, said.onFulls),
  ];
  return div({ class: "grid" }, rows);
}
