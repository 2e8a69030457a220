import { useDesk } from "../state/desk.ts";
import { HubFailure } from "../state/hub.ts";
import { failureText } from "../ui/failure.ts";

export interface Act {
  readonly run: () => Promise<unknown>;
  readonly done: string;
  /** What takes it back, offered for some seconds. */
  readonly undo?: (() => Promise<unknown>) | undefined;
}

/** Does at a click what can be undone: what came of it is told, and the head of the page learns of it at once. */
export function useAct(): (act: Act) => Promise<void> {
  const { notices, overview, preferences } = useDesk();
  return async function perform({ run, done, undo }) {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      notices.tell({ kind: "failed", text: failureText(error, preferences.language.value) });
      return;
    }
    const takeBack = undo && (() => void perform({ run: undo, done: "↩" }));
    notices.tell({ kind: "done", text: done, undo: takeBack });
    await overview.refresh();
  };
}
