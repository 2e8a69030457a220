import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { groupPath } from "../../acts/group-acts.ts";
import { useActs } from "../../acts/use-acts.ts";
import type { GroupAnswer, GroupSettingsAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { HubFailure } from "../../state/hub.ts";
import { useWords } from "../../state/use-words.ts";
import { button, div, form, h2, header, input, label, option, p, part, section, select, span } from "../../ui/html.ts";
import { MovedFields, type MovedFieldsProps } from "../../ui/moved-fields.ts";
import { type Draft, draftOf, patchOf } from "./settings-draft.ts";
import { words } from "./words.ts";

export interface GroupSettingsProps {
  readonly group: string;
  readonly settings: GroupSettingsAnswer;
  /** Resolved when what holds now is known. */
  readonly onDone: () => Promise<void>;
}

interface Written {
  readonly draft: Draft;
  /** What held when somebody began to write. */
  readonly seen: GroupSettingsAnswer;
}

/** What holds for a group, and a way to change it. What somebody is writing is not overwritten by what is read meanwhile. */
export function GroupSettingsForm({ group, settings, onDone }: GroupSettingsProps): VNode {
  const said = useWords(words);
  const { operator } = useDesk();
  const { written, moved, draft, seen, change, finish } = useDraft(group, settings, onDone);
  const { perform } = useActs();
  const write = (changed: Partial<Draft>) => (written.value = { draft: { ...draft, ...changed }, seen });
  const save = (event: Event) => {
    event.preventDefault();
    const before = patchOf(draftOf(seen));
    void perform({
      name: said.settings,
      run: () => change("PUT", groupPath(group), patchOf(draft)),
      done: said.saved,
      takeBack: ({ settings: left }) => ({
        method: "PUT",
        path: groupPath(group),
        body: before,
        expect: { settings: left },
        after: finish,
      }),
    });
  };
  const reset = () =>
    perform({ name: said.reset, run: () => change("DELETE", `${groupPath(group)}/settings`), done: said.resetDone });
  return section(
    { class: "panel" },
    header(null, h2(null, said.settings)),
    form(
      { class: "fields", onSubmit: save },
      part(Fields, { draft, write, isFixed: !operator.mayAct }),
      moved.value && part(MovedFields, moved.value),
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

/** What is being written, and the two ways to change what holds. */
function useDraft(group: string, settings: GroupSettingsAnswer, onDone: () => Promise<void>) {
  const { hub } = useDesk();
  const written = useSignal<Written | undefined>(undefined);
  const moved = useSignal<MovedFieldsProps | undefined>(undefined);
  const { draft, seen } = written.value ?? { draft: draftOf(settings), seen: settings };
  // Before it is told that it is done: what is written from then on is somebody's again.
  const finish = async () => {
    await onDone();
    [written.value, moved.value] = [undefined, undefined];
  };
  /** Somebody else may have changed them since this was begun: then it is shown what, and the next try is about that. */
  const change = async (method: "PUT" | "DELETE", path: string, body?: object) => {
    let left: GroupAnswer;
    try {
      left = await hub.act<GroupAnswer>(method, path, { body, expect: { settings: seen } });
    } catch (error) {
      if (error instanceof HubFailure && error.code === "state_moved" && error.now !== undefined) {
        moved.value = { seen: { settings: seen }, now: error.now };
        written.value = { draft, seen: error.now["settings"] as GroupSettingsAnswer };
      }
      throw error;
    }
    await finish();
    return left;
  };
  return { written, moved, draft, seen, change, finish };
}

interface FieldsProps {
  readonly draft: Draft;
  readonly write: (change: Partial<Draft>) => void;
  readonly isFixed: boolean;
}

function Fields({ draft, write, isFixed }: FieldsProps): VNode {
  const said = useWords(words);
  const id = useId();
  // What cannot be written is no field.
  const fixed = (title: string, text: string) => [span({ class: "soft" }, title), span(null, text)];
  const number = (name: keyof Draft, title: string, placeholder = "") =>
    isFixed
      ? fixed(title, draft[name] || placeholder || "–")
      : [
          label({ for: id + name }, title),
          input({
            id: id + name,
            inputMode: "decimal",
            value: draft[name],
            placeholder,
            maxLength: 12,
            onInput: (event) => write({ [name]: event.currentTarget.value }),
          }),
        ];
  const choice = <T extends string>(name: keyof Draft, title: string, texts: Readonly<Record<T, string>>) =>
    isFixed
      ? fixed(title, texts[draft[name] as T])
      : [
          label({ for: id + name }, title),
          select(
            {
              id: id + name,
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
