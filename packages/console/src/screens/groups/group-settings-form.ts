import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { groupPath } from "../../acts/group-acts.ts";
import { useActs } from "../../acts/use-acts.ts";
import type { GroupAnswer, GroupSettingsAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { HubFailure } from "../../state/hub.ts";
import { useWords } from "../../state/use-words.ts";
import { button, div, form, h2, header, p, part, section } from "../../ui/html.ts";
import { MovedFields, type MovedFieldsProps } from "../../ui/moved-fields.ts";
import { type FieldProblem, fieldProblem } from "./field-problem.ts";
import { type Draft, draftOf, patchOf } from "./settings-draft.ts";
import { SettingsFields } from "./settings-fields.ts";
import { words } from "./words.ts";

export interface GroupSettingsProps {
  readonly group: string;
  readonly settings: GroupSettingsAnswer;
  /** Something was set for it, which can be taken back. */
  readonly hasOwn: boolean;
  /** Resolved when what holds now is known. */
  readonly onDone: () => Promise<void>;
}

interface Written {
  readonly draft: Draft;
  /** What held when somebody began to write. */
  readonly seen: GroupSettingsAnswer;
}

/** What holds for a group, and a way to change it. What somebody is writing is not overwritten by what is read meanwhile. */
export function GroupSettingsForm({ group, settings, hasOwn, onDone }: GroupSettingsProps): VNode {
  const said = useWords(words);
  const { operator } = useDesk();
  const { written, moved, problem, draft, seen, write, change, finish } = useDraft(group, settings, onDone);
  const { perform } = useActs();
  const save = (event: Event) => {
    event.preventDefault();
    const before = patchOf(draftOf(seen));
    void perform({
      name: said.settings,
      run: () => change("PUT", groupPath(group), patchOf(draft)),
      done: said.saved,
      isTold: () => problem.peek() !== undefined,
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
      part(SettingsFields, { draft, write, problem: problem.value, isFixed: !operator.mayAct }),
      moved.value && part(MovedFields, moved.value),
      operator.mayAct && p({ class: "soft small" }, said.settingsHint),
      operator.mayAct &&
        div(
          { class: "buttons" },
          button({ type: "button", class: "quiet", disabled: !hasOwn, onClick: () => void reset() }, said.reset),
          button({ class: "main", disabled: written.value === undefined }, said.save),
        ),
    ),
  );
}

/** What is being written, and the two ways to change what holds. */
function useDraft(group: string, settings: GroupSettingsAnswer, onDone: () => Promise<void>) {
  const { hub, preferences } = useDesk();
  const problem = useSignal<FieldProblem | undefined>(undefined);
  const written = useSignal<Written | undefined>(undefined);
  const moved = useSignal<MovedFieldsProps | undefined>(undefined);
  const { draft, seen } = written.value ?? { draft: draftOf(settings), seen: settings };
  const write = (changed: Partial<Draft>) => {
    written.value = { draft: { ...draft, ...changed }, seen };
    problem.value = undefined;
  };
  // Before it is told that it is done: what is written from then on is somebody's again.
  const finish = async () => {
    await onDone();
    [written.value, moved.value, problem.value] = [undefined, undefined, undefined];
  };
  /** Somebody else may have changed them since this was begun: then it is shown what, and the next try is about that. */
  const change = async (method: "PUT" | "DELETE", path: string, body?: object) => {
    let left: GroupAnswer;
    problem.value = undefined;
    try {
      left = await hub.act<GroupAnswer>(method, path, { body, expect: { settings: seen } });
    } catch (error) {
      if (error instanceof HubFailure && error.code === "state_moved" && error.now !== undefined) {
        moved.value = { seen: { settings: seen }, now: error.now };
        written.value = { draft, seen: error.now["settings"] as GroupSettingsAnswer };
      }
      if (error instanceof HubFailure) problem.value = fieldProblem(error, preferences.language.value);
      throw error;
    }
    await finish();
    return left;
  };
  return { written, moved, problem, draft, seen, write, change, finish };
}
